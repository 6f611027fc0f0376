//! URLs as Go reads them, and JSON pointers.

use super::name::ipv6;
use super::{Checked, fail};
use mkmanifests_go::url::{Url, hostname, parse as go_parse, unescape_path};

fn parse(text: &str) -> Result<Url, String> {
    let url = go_parse(text.as_bytes())?;
    let name = hostname(&url.host);
    if name.contains(&b':') {
        if !url.host.contains(&b'[') || !url.host.contains(&b']') {
            return fail("ipv6 address not enclosed in brackets");
        }
        ipv6(&String::from_utf8_lossy(name)).map_err(|why| format!("invalid ipv6 address: {why}"))?;
    }
    Ok(url)
}

pub(super) fn uri(text: &str) -> Checked {
    if parse(text)?.scheme.is_empty() { fail("relative url") } else { Ok(()) }
}

pub(super) fn reference(text: &str) -> Checked {
    if text.contains('\\') {
        return fail("contains \\");
    }
    parse(text).map(drop)
}

pub(super) fn template(text: &str) -> Checked {
    let url = parse(text)?;
    for step in url.raw_path.split(|byte| *byte == b'/') {
        let step = unescape_path(step).map_err(|why| format!("percent decode failed: {why}"))?;
        let mut is_open = false;
        for brace in step.chars().filter(|char| matches!(char, '{' | '}')) {
            if is_open == (brace == '{') {
                return fail("nested curly braces");
            }
            is_open = !is_open;
        }
        if is_open {
            return fail("no matching closing brace");
        }
    }
    Ok(())
}

pub(super) fn json_pointer(text: &str) -> Checked {
    if text.is_empty() {
        return Ok(());
    }
    if !text.starts_with('/') {
        return fail("not starting with /");
    }
    for token in text.split('/').skip(1) {
        let mut chars = token.chars();
        while let Some(char) = chars.next() {
            if char == '~' && !matches!(chars.next(), Some('0' | '1')) {
                return fail("~ must be followed by 0 or 1");
            }
        }
    }
    Ok(())
}

pub(super) fn relative_json_pointer(text: &str) -> Checked {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return fail("must start with non-negative integer");
    }
    if digits > 1 && text.starts_with('0') {
        return fail("starts with zero");
    }
    match text.get(digits..).unwrap_or_default() {
        "#" => Ok(()),
        pointer => json_pointer(pointer),
    }
}
