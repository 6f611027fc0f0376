//! Targets: which objects a patch applies to.

use regex::Regex;

use super::PatchCode;
use crate::manifest::Selector;
use crate::manifest::api_group;
use mkmanifests_yaml::diagnostic::{Diagnostic, FieldPath, Location, Suggestions, did_you_mean};
use mkmanifests_yaml::tree::{Map, Node};

/// The keys of a target, as in kustomize.
const KEYS: [&str; 7] = ["group", "version", "kind", "name", "namespace", "labelSelector", "annotationSelector"];

/// The criteria for the objects of a patch. Absent criteria match everything.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub location: Location,
    group: Option<String>,
    version: Option<String>,
    kind: Option<String>,
    name: Option<Pattern>,
    namespace: Option<Pattern>,
    labels: Selector,
    annotations: Selector,
}

/// A regular expression that must match the whole name, as in kustomize.
#[derive(Debug, Clone)]
struct Pattern {
    text: String,
    /// None if only the text itself matches.
    regex: Option<Regex>,
}

/// How to find the objects that a target may match.
pub(super) enum Lookup<'t> {
    /// Those with a key.
    Key(Key),
    /// Those whose name begins so.
    NamePrefix(&'t str),
    All,
}

/// What objects can be looked up by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Name(String),
    Namespace(String),
    /// A label and its value.
    Label(String, String),
}

impl Target {
    /// Reads a mapping of [`KEYS`].
    pub fn read(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Target> {
        let Some(map) = node.as_map() else {
            let message = format!("expected a mapping, found {}", node.describe());
            diagnostics
                .push(Diagnostic::error(node.wrong_type("a mapping"), message).in_field("target").at(node.location));
            return None;
        };
        let before = diagnostics.len();
        unknown_keys(map, &KEYS, &"target".into(), diagnostics);
        let mut text = |key| text(map, key, diagnostics);
        let texts = KEYS.map(&mut text);
        let [group, version, kind, name, namespace, labels, annotations] = texts;
        if map.entries().iter().all(|entry| entry.value.is_null()) {
            let diagnostic = Diagnostic::error(PatchCode::EmptyTarget, "`target` must not be empty")
                .names_field("target")
                .at(node.location);
            diagnostics.push(diagnostic.help("set `kind` and `name`, or `labelSelector` for several objects"));
        }
        let mut pattern = |text: Option<(&str, Location)>| {
            text.and_then(|(text, location)| Pattern::read(text, location, diagnostics))
        };
        let (name, namespace) = (pattern(name), pattern(namespace));
        let mut selector = |text: Option<(&str, Location)>| selector(text, diagnostics);
        let (labels, annotations) = (selector(labels), selector(annotations));
        let own = |text: Option<(&str, Location)>| text.map(|(text, _)| text.to_owned());
        let (group, version, kind) = (own(group), own(version), own(kind));
        let target = Target { location: node.location, group, version, kind, name, namespace, labels, annotations };
        (diagnostics.len() == before).then_some(target)
    }

    /// Returns the target of a merge patch without `target`: the object with its `kind` and `metadata.name`, as in kustomize.
    pub fn of_patch(patch: &Node) -> Option<Target> {
        let text = |path: &[&str]| Some(patch.find(path.iter().copied())?.as_str()?.to_owned());
        let kind = text(&["kind"])?;
        let name = Pattern::exact(&text(&["metadata", "name"])?);
        let namespace = text(&["metadata", "namespace"]).map(|text| Pattern::exact(&text));
        let group = text(&["apiVersion"]).map(|version| api_group(&version).to_owned());
        Some(Target {
            location: patch.location,
            group,
            version: None,
            kind: Some(kind),
            name: Some(name),
            namespace,
            labels: Selector::default(),
            annotations: Selector::default(),
        })
    }

    /// Returns how to find the objects that the target may match.
    pub fn lookup(&self) -> Lookup<'_> {
        let exact = |pattern: &Option<Pattern>| pattern.as_ref().and_then(Pattern::exact_text).map(str::to_owned);
        if let Some(name) = exact(&self.name) {
            return Lookup::Key(Key::Name(name));
        }
        if let Some((label, value)) = self.labels.exact() {
            return Lookup::Key(Key::Label(label.to_owned(), value.to_owned()));
        }
        match self.name.as_ref().map(Pattern::prefix) {
            Some(prefix) if !prefix.is_empty() => Lookup::NamePrefix(prefix),
            _ => exact(&self.namespace).map_or(Lookup::All, |namespace| Lookup::Key(Key::Namespace(namespace))),
        }
    }

    /// Returns the label that [`Target::lookup`] may use.
    pub fn label(&self) -> Option<&str> {
        self.labels.exact().map(|(label, _)| label)
    }

    /// Returns whether the target matches an object.
    pub fn matches(&self, object: &Node) -> bool {
        let text = |path: &[&str]| object.find(path.iter().copied()).and_then(Node::as_str).unwrap_or_default();
        let labels = |key| object.find(["metadata", key]).and_then(Node::as_map);
        let api_version = text(&["apiVersion"]);
        let version = api_version.rsplit('/').next().unwrap_or_default();
        let is = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
        let matches = |wanted: &Option<Pattern>, found: &str| wanted.as_ref().is_none_or(|it| it.is_match(found));
        is(&self.group, api_group(api_version))
            && is(&self.version, version)
            && is(&self.kind, text(&["kind"]))
            && matches(&self.name, text(&["metadata", "name"]))
            && matches(&self.namespace, text(&["metadata", "namespace"]))
            && self.labels.matches(labels("labels"))
            && self.annotations.matches(labels("annotations"))
    }

    /// Returns the error of a target that matches no object, with the most similar object.
    pub fn matches_nothing<'n>(
        &self,
        objects: impl Iterator<Item = &'n Node>,
        suggestions: &Suggestions,
    ) -> Diagnostic {
        let diagnostic = Diagnostic::error(PatchCode::NoMatch, format!("the patch target matches no object: {self}"))
            .at(self.location);
        if suggestions.are_spent() {
            return diagnostic;
        }
        let titles: Vec<String> = objects.filter_map(title).collect();
        let wanted = match (&self.kind, &self.name) {
            (Some(kind), Some(name)) => format!("{kind}/{}", name.text),
            (Some(kind), None) => kind.clone(),
            (None, Some(name)) => name.text.clone(),
            (None, None) => return diagnostic.help(listed(&titles)),
        };
        // An object of the same kind or name before one with only a similar name.
        let same = titles.iter().find(|title| {
            let (kind, name) = title.split_once('/').unwrap_or_default();
            self.kind.as_deref().is_none_or(|it| it.eq_ignore_ascii_case(kind))
                && self.name.as_ref().is_none_or(|it| it.text == name)
        });
        let near = suggestions.nearest(&wanted, titles.iter().map(String::as_str)).or_else(|| {
            let (kind, name) = (self.kind.as_deref(), self.name.as_ref().map(|name| name.text.as_str()));
            let of_kind = titles.iter().find(|it| it.split_once('/').is_some_and(|(of, _)| Some(of) == kind));
            let of_name = titles.iter().find(|it| it.split_once('/').is_some_and(|(_, of)| Some(of) == name));
            of_name.or(of_kind).map(String::as_str)
        });
        match same.map(String::as_str).or(near) {
            Some(near) => diagnostic.help(did_you_mean(near)),
            None => diagnostic.help(listed(&titles)),
        }
    }
}

impl Pattern {
    fn read(text: &str, location: Location, diagnostics: &mut Vec<Diagnostic>) -> Option<Pattern> {
        if text.chars().all(is_plain) {
            return Some(Pattern::exact(text));
        }
        match Regex::new(&format!("^(?:{text})$")) {
            Ok(regex) => Some(Pattern { text: text.to_owned(), regex: Some(regex) }),
            Err(_) => {
                diagnostics.push(
                    Diagnostic::error(PatchCode::InvalidPattern, format!("{text:?} is not a valid regular expression"))
                        .at(location),
                );
                None
            }
        }
    }

    fn exact(text: &str) -> Pattern {
        Pattern { text: text.to_owned(), regex: None }
    }

    fn is_match(&self, found: &str) -> bool {
        self.regex.as_ref().map_or(self.text == found, |regex| regex.is_match(found))
    }

    /// Returns the only text that matches, if there is one.
    fn exact_text(&self) -> Option<&str> {
        self.regex.is_none().then_some(self.text.as_str())
    }

    /// Returns how all texts begin that match.
    fn prefix(&self) -> &str {
        if self.text.contains('|') {
            return "";
        }
        let plain = self.text.find(|c| !is_plain(c)).unwrap_or(self.text.len());
        // The last character may be repeated, or absent: `web2?`.
        self.text.get(..plain.saturating_sub(1)).unwrap_or_default()
    }
}

/// Returns whether a character matches only itself in every regular expression.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind.as_deref().unwrap_or("object"))?;
        match (&self.namespace, &self.name) {
            (Some(namespace), Some(name)) => write!(f, " `{}/{}`", namespace.text, name.text)?,
            (None, Some(name)) => write!(f, " `{}`", name.text)?,
            (Some(namespace), None) => write!(f, " in namespace `{}`", namespace.text)?,
            (None, None) => {}
        }
        if let Some(group) = self.group.as_ref().filter(|group| !group.is_empty()) {
            write!(f, " of the API group `{group}`")?;
        }
        if self.labels.is_empty() && self.annotations.is_empty() {
            Ok(())
        } else {
            f.write_str(" with the selected labels or annotations")
        }
    }
}

/// Reports unknown keys of a mapping.
pub(super) fn unknown_keys(map: &Map, keys: &[&str], at: &FieldPath, diagnostics: &mut Vec<Diagnostic>) {
    for entry in map.entries().iter().filter(|entry| !keys.contains(&entry.key.as_ref())) {
        let location = if entry.location.is_known() { entry.location } else { entry.value.location };
        diagnostics.push(Diagnostic::unknown_key(at.child(&entry.key), keys).at(location));
    }
}

fn text<'n>(map: &'n Map, key: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<(&'n str, Location)> {
    let value = map.get(key).filter(|value| !value.is_null())?;
    if let Some(text) = value.as_str() {
        return Some((text, value.location));
    }
    let message = format!("expected a string, found {}", value.describe());
    diagnostics.push(
        Diagnostic::error(value.wrong_type("a string"), message)
            .in_field(format!("target.{key}").as_str())
            .at(value.location),
    );
    None
}

fn selector(text: Option<(&str, Location)>, diagnostics: &mut Vec<Diagnostic>) -> Selector {
    let Some((text, location)) = text else { return Selector::default() };
    Selector::parse(text).unwrap_or_else(|message| {
        diagnostics.push(Diagnostic::error(PatchCode::InvalidSelector, message).at(location));
        Selector::default()
    })
}

fn title(object: &Node) -> Option<String> {
    let name = object.find(["metadata", "name"])?.as_str()?;
    Some(format!("{}/{name}", object.get("kind")?.as_str()?))
}

fn listed(titles: &[String]) -> String {
    let shown: Vec<String> = titles.iter().take(20).map(|title| format!("`{title}`")).collect();
    match shown.len() {
        0 => "there are no objects to patch".to_owned(),
        _ => format!("existing objects: {}", shown.join(", ")),
    }
}
