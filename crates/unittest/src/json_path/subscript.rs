//! Subscripts of lists: `0`, `-1`, `1:3`, `::-1`, `0,2`, `*`.

/// Returns the indices that a subscript selects in a list of some length.
///
/// # Errors
/// The message of the library.
pub(super) fn indices(subscript: &str, length: i64) -> Result<Vec<i64>, String> {
    let members: Vec<&str> = subscript.split(',').collect();
    if members.len() == 1 {
        return one(subscript, length);
    }
    let mut all = Vec::new();
    for (at, member) in members.into_iter().enumerate() {
        let in_member = |reason: String| format!("error in union member {at}: {reason}");
        if member.trim() == "*" {
            return Err(in_member("wildcard cannot be used in union".to_owned()));
        }
        all.extend(one(member, length).map_err(in_member)?);
    }
    Ok(all)
}

fn one(subscript: &str, length: i64) -> Result<Vec<i64>, String> {
    let subscript = subscript.trim();
    if subscript == "*" {
        return Ok((0..length).collect());
    }
    let parts: Vec<&str> = subscript.split(':').collect();
    if parts.len() > 3 {
        return Err("malformed array index, too many colons".to_owned());
    }
    let mut numbers = Vec::with_capacity(3);
    for part in &parts {
        numbers.push(number(part.trim())?);
    }
    let part = |at: usize| numbers.get(at).copied().flatten();
    let absolute = |index: i64| if index < 0 { index.saturating_add(length) } else { index };
    if parts.len() == 1 {
        let index = absolute(part(0).ok_or("array index missing")?);
        return Ok((0..length).contains(&index).then_some(index).into_iter().collect());
    }
    let step = part(2).unwrap_or(1);
    if step == 0 {
        return Err("array index step value must be non-zero".to_owned());
    }
    let (first, last) = if step > 0 { (0, length) } else { (length - 1, -1) };
    let (from, to) = (part(0).map_or(first, absolute), part(1).map_or(last, absolute));
    Ok(range(from, to, step, length))
}

/// Reads a number as Go's `strconv.Atoi`; `None` for an empty text.
fn number(text: &str) -> Result<Option<i64>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| "non-integer array index".to_owned())
}

fn range(from: i64, to: i64, step: i64, length: i64) -> Vec<i64> {
    let mut indices = Vec::new();
    let mut at = if step > 0 { from.max(0) } else { from.min(length) };
    let end = if step > 0 { to.min(length) } else { to.max(-1) };
    while if step > 0 { at < end } else { at > end } {
        if (0..length).contains(&at) {
            indices.push(at);
        }
        at = at.saturating_add(step);
    }
    indices
}
