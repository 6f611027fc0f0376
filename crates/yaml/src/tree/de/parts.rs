//! Reads one tree as several types ("parts") that share its keys.

use std::collections::{HashMap, HashSet};

use serde::de::DeserializeOwned;

use super::found::{Found, UnknownKey};
use super::{Context, Nulls, read_all};
use crate::diagnostic::{Diagnostic, FieldPath, Location, Sources, Step};
use crate::tree::Node;

/// Types that are read from one tree of values. Each has some of the keys, and several may have the same one.
///
/// ```
/// use mkmanifests_yaml::diagnostic::Sources;
/// use mkmanifests_yaml::tree::{PartReader, Parts, read};
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct Pods {
///     replicas: u32,
/// }
///
/// #[derive(Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct Scaling {
///     maximum: u32,
/// }
///
/// let mut sources = Sources::default();
/// let node = read::values(&mut sources, "values.yaml", b"replicas: 1\nmaximum: 3\nmaximun: 0\n").unwrap();
/// let mut reader = PartReader::new(&node, None, &sources);
/// let (pods, scaling) = <(Pods, Scaling)>::read(&mut reader).unwrap();
/// assert_eq!((pods.replicas, scaling.maximum), (1, 3));
/// let mut diagnostics = Vec::new();
/// reader.finish(&[], &mut diagnostics);
/// assert_eq!(diagnostics.len(), 1);
/// assert_eq!(diagnostics[0].message(), "unknown key `maximun`");
/// assert_eq!(diagnostics[0].help, ["did you mean `maximum`?"]);
/// ```
pub trait Parts: Sized {
    /// Reads each part with [`PartReader::part`]. Returns `None` if one of them lacks a required value; the others are
    /// read nevertheless, so that their errors are reported too.
    fn read(reader: &mut PartReader<'_>) -> Option<Self>;
}

impl<A: DeserializeOwned> Parts for (A,) {
    fn read(reader: &mut PartReader<'_>) -> Option<Self> {
        Some((reader.part()?,))
    }
}

impl<A: DeserializeOwned, B: DeserializeOwned> Parts for (A, B) {
    fn read(reader: &mut PartReader<'_>) -> Option<Self> {
        let (a, b) = (reader.part(), reader.part());
        Some((a?, b?))
    }
}

impl<A: DeserializeOwned, B: DeserializeOwned, C: DeserializeOwned> Parts for (A, B, C) {
    fn read(reader: &mut PartReader<'_>) -> Option<Self> {
        let (a, b, c) = (reader.part(), reader.part(), reader.part());
        Some((a?, b?, c?))
    }
}

/// Reads the parts of one tree, and collects what is wrong with it.
pub struct PartReader<'a> {
    node: &'a Node,
    defaults: Option<&'a Node>,
    sources: &'a Sources,
    parts: Vec<Vec<Found>>,
}

impl<'a> PartReader<'a> {
    /// Creates a reader of values that people wrote; the arguments are those of [`from_values`](super::from_values).
    pub fn new(node: &'a Node, defaults: Option<&'a Node>, sources: &'a Sources) -> Self {
        PartReader { node, defaults, sources, parts: Vec::new() }
    }

    /// Reads the tree as one type. `None` if a required value is missing.
    pub fn part<T: DeserializeOwned>(&mut self) -> Option<T> {
        let mut found = Vec::new();
        let context = Context::of_values(self.node, self.sources);
        let part = read_all(self.node, self.defaults, context, &mut found);
        self.parts.push(found);
        part
    }

    /// Appends the errors of all parts to `diagnostics`: a key that no part has, and each other error once. `beside` are
    /// keys that the caller handles itself, which messages suggest, too. They are sorted by location.
    pub fn finish(self, beside: &[&str], diagnostics: &mut Vec<Diagnostic>) {
        let known = KnownKeys::of(&self.parts);
        let mut unknown: HashMap<FieldPath, usize> = HashMap::new();
        let mut reported: HashSet<(FieldPath, Location)> = HashSet::new();
        let mut list: Vec<Found> = Vec::new();
        for found in self.parts.into_iter().flatten() {
            match found {
                Found::Unknown(key) if known.has(&key.path) => {}
                Found::Unknown(key) => match unknown.get(&key.path).and_then(|at| list.get_mut(*at)) {
                    Some(Found::Unknown(first)) => first.fields.extend(key.fields),
                    _ => {
                        unknown.insert(key.path.clone(), list.len());
                        list.push(Found::Unknown(key));
                    }
                },
                Found::Diagnostic(diagnostic) => {
                    if reported.insert((diagnostic.field().clone(), diagnostic.location)) {
                        list.push(Found::Diagnostic(diagnostic));
                    }
                }
            }
        }
        let mut list: Vec<Diagnostic> =
            list.into_iter().map(|found| found.into_diagnostic(Nulls::Refused, beside)).collect();
        list.sort_by_key(|diagnostic| diagnostic.location);
        diagnostics.extend(list);
    }
}

/// The unknown keys of each part. A part that does not know a key does not know the keys below it.
struct KnownKeys(Vec<HashSet<Vec<Step>>>);

impl KnownKeys {
    fn of(parts: &[Vec<Found>]) -> Self {
        let unknown = |found: &Found| match found {
            Found::Unknown(UnknownKey { path, .. }) => Some(path.steps().to_vec()),
            Found::Diagnostic(_) => None,
        };
        KnownKeys(parts.iter().map(|found| found.iter().filter_map(unknown).collect()).collect())
    }

    /// Returns whether a part knows a key.
    fn has(&self, path: &FieldPath) -> bool {
        let steps = path.steps();
        let is_unknown = |keys: &HashSet<Vec<Step>>| (1..=steps.len()).any(|length| keys.contains(&steps[..length]));
        !self.0.iter().all(is_unknown)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;
    use crate::tree::read;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[allow(dead_code, reason = "only the errors matter")]
    struct Pods {
        image: String,
        #[serde(default)]
        head: Group,
        #[serde(default)]
        groups: BTreeMap<String, Group>,
        #[serde(default)]
        ports: Ports,
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
    #[allow(dead_code, reason = "only the errors matter")]
    struct Group {
        replicas: Option<u32>,
        env: Vec<BTreeMap<String, String>>,
        labels: BTreeMap<String, String>,
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    #[allow(dead_code, reason = "only the errors matter")]
    struct Ports {
        client: Option<u16>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[allow(dead_code, reason = "only the errors matter")]
    struct Scaling {
        #[serde(default)]
        head: Limits,
        #[serde(default)]
        groups: BTreeMap<String, Limits>,
        #[serde(default)]
        autoscaling: Autoscaling,
        #[serde(default)]
        rules: Vec<Rule>,
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
    #[allow(dead_code, reason = "only the errors matter")]
    struct Limits {
        min_replicas: Option<u32>,
        max_replicas: Option<u32>,
        replicas: Option<u32>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only the errors matter")]
    struct Rule {
        policy: String,
        #[serde(default)]
        limit: Autoscaling,
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
    #[allow(dead_code, reason = "only the errors matter")]
    struct Autoscaling {
        enabled: bool,
    }

    /// Reads the text as both types; returns the messages with line, column and help.
    fn messages(text: &str) -> Vec<String> {
        messages_over(None, text)
    }

    fn messages_over(defaults: Option<&str>, text: &str) -> Vec<String> {
        let mut sources = Sources::default();
        let node = read::values(&mut sources, "values.yaml", text.as_bytes()).expect("YAML");
        let defaults = defaults.map(|text| read::values(&mut sources, "defaults.yaml", text.as_bytes()).expect("YAML"));
        let mut reader = PartReader::new(&node, defaults.as_ref(), &sources);
        let parts = <(Pods, Scaling)>::read(&mut reader);
        let mut diagnostics = Vec::new();
        reader.finish(&["patches"], &mut diagnostics);
        assert!(parts.is_some() || !diagnostics.is_empty());
        let message = |it: &Diagnostic| {
            let Location { line, column, .. } = it.location;
            format!("{line}:{column} {} | {}", it.message(), it.help.join("; "))
        };
        diagnostics.iter().map(message).collect()
    }

    #[test]
    fn each_part_has_its_keys() {
        let all = "image: a\nhead: {replicas: 1, minReplicas: 1}\ngroups: {gpu: {env: [], maxReplicas: 2, labels: {a: b}}}\n\
                   ports: {client: 1}\nautoscaling: {enabled: true}\n";
        assert_eq!(messages(all), [] as [&str; 0]);
    }

    #[test]
    fn a_key_is_unknown_if_no_part_has_it() {
        assert_eq!(
            messages("image: a\nautoscalling: {enabled: true}\npatch: 1\nhea: {}\n"),
            [
                "2:1 unknown key `autoscalling` | did you mean `autoscaling`?",
                "3:1 unknown key `patch` | did you mean `patches`?",
                "4:1 unknown key `hea` | did you mean `head`?",
            ]
        );
    }

    #[test]
    fn keys_below_a_key_of_one_part_are_checked_by_that_part() {
        assert_eq!(
            messages("image: a\nautoscaling: {enable: true}\nports: {clients: 1}\n"),
            [
                "2:15 unknown key `autoscaling.enable` | did you mean `enabled`?",
                "3:9 unknown key `ports.clients` | did you mean `client`?",
            ]
        );
    }

    #[test]
    fn keys_below_a_key_of_both_parts_are_those_of_both() {
        assert_eq!(
            messages("image: a\nhead: {maxReplica: 1, replica: 1, other: 1}\n"),
            [
                "2:8 unknown key `head.maxReplica` | did you mean `maxReplicas`?",
                "2:23 unknown key `head.replica` | did you mean `replicas`?",
                "2:35 unknown key `head.other` | known keys: `env`, `labels`, `maxReplicas`, `minReplicas`, `replicas`",
            ]
        );
    }

    #[test]
    fn entries_of_a_map_have_the_keys_of_both_parts() {
        assert_eq!(
            messages("image: a\ngroups:\n  gpu: {maxReplicas: 1, minReplica: 1}\n  spot: {envs: []}\n"),
            [
                "3:25 unknown key `groups.gpu.minReplica` | did you mean `minReplicas`?",
                "4:10 unknown key `groups.spot.envs` | did you mean `env`?",
            ]
        );
    }

    #[test]
    fn a_wrong_type_is_reported_once() {
        assert_eq!(
            messages("image: a\nhead: 5\ngroups: {gpu: null, spot: {replicas: many, minReplicas: -1}}\n"),
            [
                "2:7 `head`: expected a mapping, found the number 5 | ",
                "3:15 `groups.gpu`: expected a mapping, found nothing (null) | ",
                "3:38 `groups.spot.replicas`: expected an integer, found the string \"many\" | ",
                "3:57 `groups.spot.minReplicas`: must be between 0 and 4294967295, found -1 | ",
            ]
        );
    }

    #[test]
    fn defaults_that_replace_a_wrong_value_are_not_checked() {
        let defaults = "image: a\nhead: {env: [], minReplicas: 1}\nports: {client: 1}\n";
        let wrong = ["2:7 `head`: expected a mapping, found the number 5 | "];
        assert_eq!(messages_over(Some(defaults), "image: a\nhead: 5\n"), wrong);
    }

    #[test]
    fn unknown_keys_beside_a_missing_one_are_reported_once() {
        assert_eq!(
            messages("image: a\nrules: [{polcy: x, limit: {enable: true}}, {policy: x, polices: y}]\n"),
            [
                "2:9 `rules[0]`: required field `policy` is missing | `null` removes the default; set a value",
                "2:10 unknown key `rules[0].polcy` | did you mean `policy`?",
                "2:28 unknown key `rules[0].limit.enable` | did you mean `enabled`?",
                "2:56 unknown key `rules[1].polices` | did you mean `policy`?",
            ]
        );
    }

    #[test]
    fn null_is_an_absent_key_in_each_part() {
        assert_eq!(messages("image: a\nhead:\ngroups:\nports:\nautoscaling:\n"), [] as [&str; 0]);
        let missing = messages("image:\nheads: {}\n");
        assert_eq!(
            missing,
            [
                "0:0 required field `image` is missing | `null` removes the default; set a value",
                "2:1 unknown key `heads` | did you mean `head`?",
            ]
        );
    }
}
