//! Names of hosts, mailboxes and versions, and addresses.

use super::{Checked, fail};
use mkmanifests_go::quote::{quote, quote_char};
use mkmanifests_go::url::check_address;

pub(super) fn hostname(text: &str) -> Checked {
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.len() > 253 {
        return fail("more than 253 characters long");
    }
    text.split('.').try_for_each(label)
}

fn label(label: &str) -> Checked {
    if !(1..=63).contains(&label.len()) {
        return fail("label must be 1 to 63 characters long");
    }
    if label.starts_with('-') {
        return fail("label starts with hyphen");
    }
    if label.ends_with('-') {
        return fail("label ends with hyphen");
    }
    only(label, "-", "")
}

/// Letters and digits of ASCII, and those given.
fn only(text: &str, others: &str, place: &str) -> Checked {
    match text.chars().find(|char| !char.is_ascii_alphanumeric() && !others.contains(*char)) {
        Some(char) => fail(format!("invalid character {}{place}", quote_char(char))),
        None => Ok(()),
    }
}

pub(super) fn email(text: &str) -> Checked {
    if text.len() > 254 {
        return fail("more than 255 characters long");
    }
    let Some((local, domain)) = text.rsplit_once('@') else { return fail("missing @") };
    if local.len() > 64 {
        return fail("local part more than 64 characters long");
    }
    mailbox(local)?;
    let Some(address) = domain.strip_prefix('[').and_then(|domain| domain.strip_suffix(']')) else {
        return hostname(domain).map_err(|why| format!("invalid domain: {why}"));
    };
    match address.strip_prefix("IPv6:") {
        Some(address) => ipv6(address).map_err(|why| format!("invalid ipv6 address: {why}")),
        None => ipv4(address).map_err(|why| format!("invalid ipv4 address: {why}")),
    }
}

fn mailbox(local: &str) -> Checked {
    if let Some(inner) = local.strip_prefix('"').and_then(|local| local.strip_suffix('"')) {
        if inner.contains(['\\', '"']) {
            return fail("backslash and quote are not allowed within quoted local part");
        }
        return Ok(());
    }
    if local.starts_with('.') {
        return fail("starts with dot");
    }
    if local.ends_with('.') {
        return fail("ends with dot");
    }
    if local.contains("..") {
        return fail("consecutive dots");
    }
    only(local, ".!#$%&'*+-/=?^_`{|}~", "")
}

pub(super) fn ipv4(text: &str) -> Checked {
    let groups: Vec<&str> = text.split('.').collect();
    if groups.len() != 4 {
        return fail("expected four decimals");
    }
    for group in groups {
        if group.len() > 1 && group.starts_with('0') {
            return fail("leading zeros");
        }
        if !(0..=255).contains(&atoi(group)?) {
            return fail("decimal must be between 0 and 255");
        }
    }
    Ok(())
}

/// Go's `strconv.Atoi`.
fn atoi(text: &str) -> Result<i64, String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let why = if is_number { "value out of range" } else { "invalid syntax" };
    let wrong = || format!("strconv.Atoi: parsing {}: {why}", quote(text.as_bytes()));
    Some(text).filter(|_| is_number).and_then(|text| text.parse().ok()).ok_or_else(wrong)
}

pub(super) fn ipv6(text: &str) -> Checked {
    if !text.contains(':') {
        return fail("missing colon");
    }
    if check_address(text.as_bytes())? {
        return fail("zone id is not a part of ipv6 address");
    }
    Ok(())
}

pub(super) fn uuid(text: &str) -> Checked {
    let groups: Vec<&str> = text.split('-').collect();
    if groups.len() != 5 {
        return fail("must have 5 elements");
    }
    for ((group, length), number) in groups.into_iter().zip([8, 4, 4, 4, 12]).zip(1..) {
        if group.len() != length {
            return fail(format!("element {number} must be {length} characters long"));
        }
        if let Some(char) = group.chars().find(|char| !char.is_ascii_hexdigit()) {
            return fail(format!("non-hex character {}", quote_char(char)));
        }
    }
    Ok(())
}

pub(super) fn semver(text: &str) -> Checked {
    let (text, build) = cut(text, '+');
    if let Some(build) = build {
        if build.is_empty() {
            return fail("build is empty");
        }
        for part in build.split('.') {
            if part.is_empty() {
                return fail("build identifier is empty");
            }
            only(part, "-", " in build identifier")?;
        }
    }
    let (core, release) = cut(text, '-');
    release.map_or(Ok(()), |release| release.split('.').try_for_each(pre_release))?;
    version_core(core)
}

fn cut(text: &str, separator: char) -> (&str, Option<&str>) {
    text.split_once(separator).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn pre_release(part: &str) -> Checked {
    if part.is_empty() {
        return fail("pre-release identifier is empty");
    }
    only(part, "-", " in pre-release identifier")?;
    if part.len() > 1 && part.starts_with('0') && part.bytes().all(|byte| byte.is_ascii_digit()) {
        return fail("pre-release numeric identifier starts with zero");
    }
    Ok(())
}

fn version_core(core: &str) -> Checked {
    let versions: Vec<&str> = core.split('.').collect();
    if versions.len() != 3 {
        return fail("versionCore must have 3 numbers separated by dot");
    }
    for (version, name) in versions.into_iter().zip(["major", "minor", "patch"]) {
        if version.is_empty() {
            return fail(format!("{name} is empty"));
        }
        if version.len() > 1 && version.starts_with('0') {
            return fail(format!("{name} starts with zero"));
        }
        if !version.bytes().all(|byte| byte.is_ascii_digit()) {
            return fail(format!("{name} contains non-digit"));
        }
    }
    Ok(())
}
