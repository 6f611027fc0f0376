//! Replaces matches, with Go's `$name` and `${name}`.

use super::pattern::{Groups, Pattern, width};
use super::subject::Subject;
use crate::runes;

/// Replaces all matches by a template, as Go's `ReplaceAllString`.
pub fn replace_all(pattern: &Pattern, text: &[u8], template: &[u8]) -> Vec<u8> {
    if !template.contains(&b'$') {
        return replace_all_literal(pattern, text, template);
    }
    replace_with(pattern, text, |groups, out| expand(pattern, text, template, groups, out))
}

/// Replaces all matches by a literal text, as Go's `ReplaceAllLiteralString`.
pub fn replace_all_literal(pattern: &Pattern, text: &[u8], replacement: &[u8]) -> Vec<u8> {
    replace_with(pattern, text, |_, out| out.extend(replacement))
}

fn replace_with(pattern: &Pattern, text: &[u8], write: impl Fn(&Groups, &mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let subject = Subject::new(text);
    let (mut last_end, mut at) = (0, 0);
    while at <= text.len() {
        let Some(groups) = pattern.groups_at(&subject, at) else { break };
        let (from, to) = groups.first().copied().flatten().unwrap_or((at, at));
        out.extend(text.get(last_end..from).unwrap_or_default());
        // An empty match directly after another match does not count.
        if to > last_end || from == 0 {
            write(&groups, &mut out);
        }
        last_end = to;
        at = (at + width(text, at).max(1)).max(to);
    }
    out.extend(text.get(last_end..).unwrap_or_default());
    out
}

fn expand(pattern: &Pattern, text: &[u8], template: &[u8], groups: &Groups, out: &mut Vec<u8>) {
    let mut rest = template;
    while let Some(dollar) = rest.iter().position(|byte| *byte == b'$') {
        out.extend(rest.get(..dollar).unwrap_or_default());
        rest = rest.get(dollar + 1..).unwrap_or_default();
        if let Some(after) = rest.strip_prefix(b"$") {
            out.push(b'$');
            rest = after;
        } else if let Some((name, after)) = reference(rest) {
            let group = group_of(pattern, name, groups);
            out.extend(group.and_then(|(from, to)| text.get(from..to)).unwrap_or_default());
            rest = after;
        } else {
            out.push(b'$');
        }
    }
    out.extend(rest);
}

/// The name after a `$`: the longest run of letters, digits and `_`, in braces or not; and what follows.
fn reference(text: &[u8]) -> Option<(&str, &[u8])> {
    let braced = text.strip_prefix(b"{");
    let text = braced.unwrap_or(text);
    let is_name = |rune: char| rune.is_alphabetic() || rune.is_numeric() || rune == '_';
    let length: usize = runes(text).take_while(|(rune, _)| is_name(*rune)).map(|(_, width)| width).sum();
    let (name, after) = text.split_at_checked(length).filter(|(name, _)| !name.is_empty())?;
    let after = if braced.is_some() { after.strip_prefix(b"}")? } else { after };
    Some((std::str::from_utf8(name).ok()?, after))
}

fn group_of(pattern: &Pattern, name: &str, groups: &Groups) -> Option<(usize, usize)> {
    let digits = name.bytes().all(|byte| byte.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
    if digits && name.len() < 10 {
        return groups.get(name.parse::<usize>().ok()?).copied().flatten();
    }
    let mut named = pattern.names.iter().zip(groups.iter().skip(1));
    named.find_map(|(known, group)| group.filter(|_| known.as_deref() == Some(name)))
}
