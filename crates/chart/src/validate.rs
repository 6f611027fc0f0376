//! Validates `Chart.yaml` by Helm's rules, with Helm's messages.

use super::ChartCode;
use super::metadata::{Dependency, Metadata};
use mkmanifests_go::quote::{is_print, quote};
use mkmanifests_go::semver::Version;
use mkmanifests_yaml::diagnostic::Diagnostic;

/// Cleans the texts as Helm does, and returns all errors.
pub(super) fn validate(metadata: &mut Metadata) -> Vec<Diagnostic> {
    sanitize(metadata);
    let mut diagnostics = Vec::new();
    let mut check = |wrong: bool, message: String| {
        if wrong {
            diagnostics.push(Diagnostic::error(ChartCode::InvalidMetadata, format!("validation: {message}")));
        }
    };
    let name = &metadata.name;
    check(name.is_empty(), "chart.metadata.name is required".to_owned());
    let relative = name == "." || name == "..";
    check(relative, format!("chart.metadata.name {} is not allowed", quote(name.as_bytes())));
    check(name.contains('/'), format!("chart.metadata.name {} is invalid", quote(name.as_bytes())));
    let version = &metadata.version;
    check(version.is_empty(), "chart.metadata.version is required".to_owned());
    let invalid = !version.is_empty() && Version::parse(version).is_err();
    check(invalid, format!("chart.metadata.version {} is invalid", quote(version.as_bytes())));
    let known = matches!(&*metadata.kind, "" | "application" | "library");
    check(!known, "chart.metadata.type must be application or library".to_owned());
    let mut names: Vec<&str> = Vec::new();
    for dependency in &metadata.dependencies {
        let bad_alias = !dependency.alias.chars().all(|char| char.is_ascii_alphanumeric() || "_-".contains(char));
        let quoted = quote(dependency.name.as_bytes());
        check(bad_alias, format!("dependency {quoted} has disallowed characters in the alias"));
        let key = if dependency.alias.is_empty() { &dependency.name } else { &dependency.alias };
        let message = format!("more than one dependency with name or alias {}", quote(key.as_bytes()));
        check(names.contains(&key.as_str()), message);
        names.push(key);
    }
    diagnostics
}

fn sanitize(metadata: &mut Metadata) {
    let Metadata { name, description, home, icon, condition, tags, app_version, kube_version, .. } = metadata;
    for text in [name, description, home, icon, condition, tags, app_version, kube_version] {
        clean(text);
    }
    metadata.sources.iter_mut().chain(&mut metadata.keywords).for_each(clean);
    for maintainer in &mut metadata.maintainers {
        [&mut maintainer.name, &mut maintainer.email, &mut maintainer.url].into_iter().for_each(clean);
    }
    for dependency in &mut metadata.dependencies {
        let Dependency { name, version, repository, condition, tags, .. } = dependency;
        [name, version, repository, condition].into_iter().for_each(clean);
        tags.iter_mut().for_each(clean);
    }
}

/// Replaces white space by spaces, and removes characters that cannot be printed.
fn clean(text: &mut String) {
    let needed = |char: char| (char.is_whitespace() && char != ' ') || !is_print(char);
    if text.contains(needed) {
        let chars = text.chars().filter(|char| char.is_whitespace() || is_print(*char));
        *text = chars.map(|char| if char.is_whitespace() { ' ' } else { char }).collect();
    }
}
