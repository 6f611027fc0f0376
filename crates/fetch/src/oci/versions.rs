//! Which tag a version or a range means.
//!
//! Source: Helm 4.3.1, `ValidateReference` and `GetTagMatchingVersionOrConstraint` of its package `registry`.

use std::collections::HashSet;

use mkmanifests_go::semver::{Constraints, Version};
use serde::Deserialize;

use super::answer::unexpected;
use super::origin::is_same_origin;
use super::pull::digest_of_answer;
use super::reference::{Reference, SCHEME};
use super::session::{Access, Session};
use super::{Error, media};
use crate::Settings;
use crate::fetcher::Resolved;
use crate::http::limits::MAX_ANSWER_BYTES;
use crate::http::{Connection, HttpRequest, Method, Response};

/// The most pages of a list of tags.
const MAX_PAGES: usize = 1_000;

/// The most tags of a repository.
const MAX_TAGS: usize = 500_000;

pub(super) fn resolve(
    settings: &Settings,
    connection: &Connection,
    url: &str,
    version: &str,
) -> Result<Resolved, Error> {
    let reference = Reference::parse(url)?;
    let version = match (version, &*reference.tag) {
        ("", tag) => tag,
        (version, "") => version,
        (version, tag) if version == tag => version,
        (version, tag) => {
            return Err(Error::VersionMismatch { version: version.to_owned(), tag: tag.to_owned() });
        }
    };
    let open = || Session::open(settings, connection, &reference.registry, (&reference.repository, Access::Pull));
    let resolved = |version: &str, suffix: String| Resolved {
        name: reference.name().to_owned(),
        version: version.to_owned(),
        url: format!("{SCHEME}{}/{}{suffix}", reference.registry, reference.repository),
        digest: None,
        repository: String::new(),
    };
    if let Some(digest) = reference.digest()? {
        if !version.is_empty() {
            check_tag(&open()?, &reference.with_tag(version), digest.as_str())?;
        }
        return Ok(resolved(version, format!("@{digest}")));
    }
    if Version::parse(version).is_ok() {
        return Ok(resolved(version, format!(":{version}")));
    }
    Reference::check_unconverted(url)?;
    let tags = list(&open()?, &reference.repository)?;
    if tags.is_empty() {
        return Err(Error::NoTags { url: url.to_owned() });
    }
    let version = select(&tags, version)?;
    Ok(resolved(version, format!(":{version}")))
}

/// Checks that a tag has the digest. A tag that the registry does not have is no error, as in Helm: a manifest that is
/// asked for by its digest needs no tag.
fn check_tag(session: &Session, reference: &Reference, wanted: &str) -> Result<(), Error> {
    let url = session.url(&format!("/v2/{}/manifests/{}", reference.repository, reference.tag));
    let headers = vec![("Accept", media::accepted_manifests())];
    let request = HttpRequest { method: Method::Head, url: &url, headers, body: &[], limit: MAX_ANSWER_BYTES };
    let found = session.send(&request).ok().filter(|answer| answer.status == 200);
    match found.as_ref().and_then(|answer| digest_of_answer(answer).ok().flatten()) {
        Some(found) if found.as_str() != wanted => {
            Err(Error::ReferenceDigestMismatch { found: found.to_string(), wanted: wanted.to_owned() })
        }
        _ => Ok(()),
    }
}

/// Selects a version: the exact text, or else the newest that matches the range. Empty is any release.
fn select<'a>(tags: &'a [String], version: &str) -> Result<&'a str, Error> {
    if let Some(exact) = tags.iter().find(|tag| *tag == version) {
        return Ok(exact);
    }
    let range = if version.is_empty() { "*" } else { version };
    let range = Constraints::parse(range).map_err(|reason| Error::InvalidConstraint { reason })?;
    let matches = |tag: &&String| Version::parse(tag).is_ok_and(|version| range.check(&version));
    let newest = tags.iter().find(matches);
    newest.map(String::as_str).ok_or_else(|| Error::NoMatchingVersion { version: version.to_owned() })
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    tags: Option<Vec<String>>,
}

/// Lists the tags that are versions, the newest first, with `+` instead of `_`.
fn list(session: &Session, repository: &str) -> Result<Vec<String>, Error> {
    let mut versions = Vec::new();
    let mut seen = HashSet::new();
    let mut next = Some(session.url(&format!("/v2/{repository}/tags/list")));
    while let Some(url) = next {
        let invalid = |reason: String| Error::InvalidAnswer { method: "GET", url: url.clone(), reason };
        if seen.len() == MAX_PAGES || !seen.insert(url.clone()) {
            return Err(invalid("the list of tags does not end".to_owned()));
        }
        let answer = session.send(&HttpRequest::get(&url, MAX_ANSWER_BYTES))?;
        if answer.status != 200 {
            return Err(unexpected("GET", &url, &answer));
        }
        let page: Page = serde_json::from_slice(&answer.body)
            .map_err(|_| invalid("failed to decode response: not a list of tags".to_owned()))?;
        let tags = page.tags.unwrap_or_default();
        versions.extend(tags.iter().filter_map(|tag| strict_version(&tag.replace('_', "+"))));
        if versions.len() > MAX_TAGS {
            return Err(Error::TooLarge { what: "the list of tags".to_owned(), limit: MAX_TAGS as u64 });
        }
        next = next_page(&answer).map_err(invalid)?;
    }
    versions.sort_by(|a, b| b.order(a));
    Ok(versions.into_iter().map(|version| version.original).collect())
}

/// Parses a version that is written in full: `1.2.3`, not `v1.2.3` or `1.2`.
fn strict_version(text: &str) -> Option<Version> {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let is_number = |part: &str| {
        let is_digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        is_digits && (part == "0" || !part.starts_with('0'))
    };
    let is_full = core.split('.').count() == 3 && core.split('.').all(is_number);
    if is_full { Version::parse(text).ok() } else { None }
}

/// Returns the address of the next page, from the header `Link: </v2/...>; rel="next"`.
///
/// # Errors
/// The header is invalid, or leads to another server.
fn next_page(answer: &Response) -> Result<Option<String>, String> {
    let Some(link) = answer.header("link").filter(|link| !link.is_empty()) else { return Ok(None) };
    let shown: String = link.chars().filter(|char| !char.is_control()).take(200).collect();
    let target = link.strip_prefix('<').ok_or_else(|| format!("invalid next link \"{shown}\": missing '<'"))?;
    let (target, _) = target.split_once('>').ok_or_else(|| format!("invalid next link \"{shown}\": missing '>'"))?;
    let url = super::location(&answer.url, target)?;
    if !is_same_origin(&url, &answer.url) {
        return Err(format!("invalid next link \"{shown}\": not the same origin as \"{}\"", answer.url));
    }
    Ok(Some(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_full_versions_are_tags_of_charts() {
        for (tag, is_version) in [
            ("1.2.3", true),
            ("1.2.3-rc.1", true),
            ("1.2.3+b.1", true),
            ("0.0.0", true),
            ("v1.2.3", false),
            ("1.2", false),
            ("01.2.3", false),
            ("latest", false),
            ("1.2.3-", false),
            ("1.2.3.4", false),
            ("", false),
        ] {
            assert_eq!(strict_version(tag).is_some(), is_version, "{tag}");
        }
    }

    #[test]
    fn the_exact_text_wins_over_the_range() {
        let tags = ["2.0.0-beta", "1.0.0+b.1", "0.2.0", "0.2.0-rc1", "0.1.1"].map(str::to_owned);
        let selected = |version: &str| select(&tags, version).map_or_else(|error| error.to_string(), str::to_owned);
        assert_eq!(selected(""), "1.0.0+b.1");
        assert_eq!(selected("0.2.0-rc1"), "0.2.0-rc1");
        assert_eq!(selected("^0.1"), "0.1.1");
        assert_eq!(selected(">0.0.0-0"), "2.0.0-beta");
        assert_eq!(selected("^9"), "could not locate a version matching provided version string ^9");
        assert_eq!(selected("nonsense"), "improper constraint: \"nonsense\"");
    }
}
