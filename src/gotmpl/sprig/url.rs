//! `urlParse` and `urlJoin`: URLs as Go's `net/url` reads and writes them.

mod address;
mod escape;
mod parse;
mod resolve;

pub(crate) use self::address::check as check_address;
pub(crate) use self::parse::Url;
pub(crate) use self::resolve::{escaped_path, join, unescape_path};

use self::escape::{Part, escape};
use self::parse::User;
use crate::gotmpl::fmt::quote;
use crate::gotmpl::{Args, Function, Map, Type, Value};

/// `urlParse`, `urlJoin`.
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

/// Parses a URL; the error has the words of Go's `url.Error`.
pub(crate) fn parse(text: &[u8]) -> Result<Url, String> {
    let (rest, fragment) = parse::cut(text, b'#');
    let mut url = parse::parse(rest).map_err(|error| format!("parse {}: {error}", quote(rest)))?;
    url.fragment =
        escape::unescape(fragment, Part::Fragment).map_err(|error| format!("parse {}: {error}", quote(text)))?;
    Ok(url)
}

/// The host without its port and brackets.
pub(crate) fn hostname(host: &[u8]) -> &[u8] {
    let port = host.iter().rposition(|byte| *byte == b':');
    let port = port.filter(|at| host.get(*at..).is_some_and(parse::is_port));
    let host = port.and_then(|at| host.get(..at)).unwrap_or(host);
    host.strip_prefix(b"[").and_then(|host| host.strip_suffix(b"]")).unwrap_or(host)
}

fn user_text(user: &User) -> Vec<u8> {
    let mut text = escape(&user.name, Part::User);
    if let Some(password) = &user.password {
        text.push(b':');
        text.extend(escape(password, Part::User));
    }
    text
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
        // Go asks a nil interface for its type's kind.
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

/// Go's `URL.String`.
fn write(url: &Url) -> Vec<u8> {
    let mut out = url.scheme.clone();
    if !url.scheme.is_empty() {
        out.push(b':');
    }
    if url.opaque.is_empty() {
        write_hierarchy(url, &mut out);
    } else {
        out.extend(&url.opaque);
    }
    if !url.query.is_empty() {
        out.push(b'?');
        out.extend(&url.query);
    }
    if !url.fragment.is_empty() {
        out.push(b'#');
        out.extend(escape(&url.fragment, Part::Fragment));
    }
    out
}

fn write_hierarchy(url: &Url, out: &mut Vec<u8>) {
    let has_authority = !url.host.is_empty() || url.user.is_some();
    if has_authority || (!url.scheme.is_empty() && !url.path.is_empty()) {
        out.extend(b"//");
    }
    if let Some(user) = &url.user {
        out.extend(user_text(user));
        out.push(b'@');
    }
    out.extend(escape(&url.host, Part::Host));
    let path = escaped_path(url);
    if !url.host.is_empty() && path.first().is_some_and(|first| *first != b'/') {
        out.push(b'/');
    }
    // RFC 3986, 4.2: a first segment with a colon would be read as a scheme.
    if out.is_empty() && parse::cut(&path, b'/').0.contains(&b':') {
        out.extend(b"./");
    }
    out.extend(path);
}
