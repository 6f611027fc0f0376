//! Searches the cached indexes of repositories, as `helm search repo` does.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use mkmanifests_go::regexp::Pattern;
use mkmanifests_go::regexp::Subject;
use mkmanifests_go::semver::{Constraints, Version};

use crate::repository::{ChartVersion, Index};

/// What to search for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The keyword, in any case; `None` finds all charts.
    pub keyword: Option<String>,
    /// `--regexp`: the keyword is a regular expression.
    pub regexp: bool,
    /// `--versions`: find all versions, not only the newest that matches.
    pub versions: bool,
    /// `--version`: a constraint; empty is any release.
    pub version: String,
    /// `--devel`: also find pre-releases, if `version` is empty.
    pub devel: bool,
}

/// A chart that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// `REPOSITORY/NAME`.
    pub name: String,
    /// The version.
    pub version: String,
    /// `appVersion`.
    pub app_version: String,
    /// The description.
    pub description: String,
}

/// Separates the texts of a chart that are searched: its name, `REPOSITORY/NAME`, description and keywords. Charts with
/// a match further left are found first.
const SEPARATOR: char = '\u{b}';

/// Separates name and version in the keys of all versions.
const VERSION: &str = "$$";

/// Finds charts in indexes, each with the name of its repository. Returns them in Helm's order: the best matches first,
/// then by name, then the newest.
///
/// # Errors
/// Helm's text for an invalid regular expression or constraint.
pub fn search(indexes: &[(String, Index)], query: &Query) -> Result<Vec<Found>, String> {
    let mut charts = BTreeMap::new();
    for (repository, index) in indexes {
        add(&mut charts, repository, index);
    }
    let mut scored = scores(&charts, query)?;
    scored.sort_by(|one, other| one.score.cmp(&other.score).then_with(|| by_name_and_version(one, other)));
    let constraint = match (query.version.as_str(), query.devel) {
        ("", true) => ">0.0.0-0",
        ("", false) => ">0.0.0",
        (version, _) => version,
    };
    let failed = |error| format!("an invalid version/constraint format: {error}");
    let constraint = Constraints::parse(constraint).map_err(failed)?;
    let mut found: Vec<Found> = Vec::new();
    for one in scored {
        let is_shown = !query.versions && found.iter().any(|shown| shown.name == one.name);
        let metadata = &one.chart.metadata;
        if !is_shown && Version::parse(&metadata.version).is_ok_and(|version| constraint.check(&version)) {
            found.push(Found {
                name: one.name.to_owned(),
                version: metadata.version.clone(),
                app_version: metadata.app_version.clone(),
                description: metadata.description.clone(),
            });
        }
    }
    Ok(found)
}

/// A chart, and how far right its match is.
struct Scored<'a> {
    name: &'a str,
    chart: &'a ChartVersion,
    score: usize,
}

/// Adds all versions of the charts of an index.
fn add<'a>(charts: &mut BTreeMap<String, (String, &'a ChartVersion)>, repository: &str, index: &'a Index) {
    for (name, versions) in &index.entries {
        for version in versions {
            let metadata = &version.metadata;
            let full = format!("{repository}/{}", metadata.name);
            let keywords = metadata.keywords.join(" ");
            let line = [&metadata.name, &full, &metadata.description, &keywords].map(String::as_str);
            let line = line.join(&SEPARATOR.to_string());
            charts.insert(format!("{repository}/{name}{VERSION}{}", metadata.version), (line, version));
        }
    }
}

/// Returns the charts that match, with the number of the text in which the match begins.
fn scores<'a>(
    charts: &'a BTreeMap<String, (String, &'a ChartVersion)>,
    query: &Query,
) -> Result<Vec<Scored<'a>>, String> {
    let keyword = query.keyword.as_deref();
    let pattern = match keyword {
        Some(text) if query.regexp => Some(Pattern::compile(text.as_bytes())?),
        _ => None,
    };
    let literal = keyword.map(str::to_lowercase);
    let mut scored = Vec::new();
    for (key, (line, chart)) in charts {
        let name = key.split(VERSION).next().unwrap_or_default();
        let score = match (&pattern, &literal) {
            (Some(pattern), _) => {
                let at = pattern.find_at(&Subject::new(line.as_bytes()), 0).map(|(start, _)| start);
                at.map(|at| separators_before(line, at))
            }
            (None, Some(literal)) => {
                let line = line.to_lowercase();
                line.find(literal).map(|at| separators_before(&line, at))
            }
            (None, None) => Some(0),
        };
        scored.extend(score.map(|score| Scored { name, chart, score }));
    }
    Ok(scored)
}

fn separators_before(line: &str, at: usize) -> usize {
    line.char_indices().take_while(|(place, _)| *place < at).filter(|(_, char)| *char == SEPARATOR).count()
}

fn by_name_and_version(one: &Scored<'_>, other: &Scored<'_>) -> Ordering {
    one.name.cmp(other.name).then_with(|| {
        let versions = [one, other].map(|scored| Version::parse(&scored.chart.metadata.version));
        match versions {
            [Ok(one), Ok(other)] => other.order(&one),
            _ => Ordering::Equal,
        }
    })
}
