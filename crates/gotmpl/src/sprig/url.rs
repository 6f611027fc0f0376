//! `urlParse` and `urlJoin`: URLs as Go's `net/url` reads and writes them.
//!
//! The crate `url` is not used: it follows the WHATWG standard, which normalizes what Go keeps.

use crate::{Args, Function, Map, Type, Value};
use mkmanifests_go::url::{Url, User, hostname, parse, user_text, write};

/// Returns `urlParse` and `urlJoin`.
pub fn functions() -> Vec<Function> {
    vec![
        Function::new("urlParse", &[Type::Str], |_, args| Ok(url_parse(args.bytes(0))?)),
        Function::new("urlJoin", &[Type::Map], |_, args| Ok(Value::raw(url_join(args)?))),
    ]
}

fn url_parse(text: &[u8]) -> Result<Value, String> {
    let url = parse(text).map_err(|error| format!("unable to parse url: {error}"))?;
    let hostname = hostname(&url.host).to_vec();
    let userinfo = url.user.map(|user| user_text(&user)).unwrap_or_default();
    let entries = [
        ("scheme", url.scheme),
        ("host", url.host),
        ("hostname", hostname),
        ("path", url.path),
        ("query", url.query),
        ("opaque", url.opaque),
        ("fragment", url.fragment),
        ("userinfo", userinfo),
    ];
    Ok(Value::map(entries.map(|(key, bytes)| (key, Value::raw(bytes)))))
}

fn url_join(args: Args<'_>) -> Result<Vec<u8>, String> {
    let map = args.map(0);
    let scheme = text_of(&map, "scheme")?;
    let host = text_of(&map, "host")?;
    let path = text_of(&map, "path")?;
    let query = text_of(&map, "query")?;
    let opaque = text_of(&map, "opaque")?;
    let fragment = text_of(&map, "fragment")?;
    let user = user_of(&text_of(&map, "userinfo")?)?;
    Ok(write(&Url { scheme, opaque, user, host, path, raw_path: Vec::new(), query, fragment }))
}

fn text_of(map: &Map, key: &str) -> Result<Vec<u8>, String> {
    match map.get(key) {
        None => Ok(Vec::new()),
        Some(Value::Str(text)) => Ok(text.as_bytes().to_vec()),
        // Go panics: it asks a nil interface for its kind.
        Some(Value::Nil) => Err("runtime error: invalid memory address or nil pointer dereference".into()),
        Some(other) => {
            let kind = other.kind().name();
            Err(format!("unable to parse {key} key, must be of type string, but {kind} found"))
        }
    }
}

fn user_of(userinfo: &[u8]) -> Result<Option<User>, String> {
    if userinfo.is_empty() {
        return Ok(None);
    }
    let url = parse(&[b"proto://", userinfo, b"@host"].concat());
    Ok(url.map_err(|error| format!("unable to parse userinfo in dict: {error}"))?.user)
}
