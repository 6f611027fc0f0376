//! Label selectors.

use mkmanifests_yaml::tree::{Kind, Map, Node};

/// A label selector. It matches labels if all its requirements do. A selector without requirements matches everything.
///
/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors>
///
/// ```
/// use mkmanifests_check::manifest::Selector;
/// use mkmanifests_yaml::tree::to_node;
/// let labels = to_node(&serde_json::json!({"app": "web", "tier": "front"})).unwrap();
/// let matches = |text: &str| Selector::parse(text).unwrap().matches(labels.as_map());
/// assert!(matches("app=web,tier in (front, back),!canary"));
/// assert!(!matches("app!=web"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector(Vec<Requirement>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: String,
    condition: Condition,
}

/// The condition of a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    In(Vec<String>),
    /// Also matches an absent label.
    NotIn(Vec<String>),
    Exists,
    Absent,
    /// An unknown operator; matches nothing.
    Unknown,
}

impl Selector {
    /// Parses a selector as `kubectl get -l` accepts it: `app=web,tier in (front,back),env!=dev,canary,!old`.
    ///
    /// # Errors
    ///
    /// A message with the invalid requirement and the valid forms.
    pub fn parse(text: &str) -> Result<Selector, String> {
        let parts = parts(text).into_iter().map(str::trim).filter(|part| !part.is_empty());
        parts.map(requirement).collect::<Result<_, _>>().map(Selector)
    }

    /// Creates a selector that requires all `labels`, as in a Service.
    pub fn of_labels(labels: &Map) -> Selector {
        let requirement = |(key, value): (&str, &Node)| {
            let value = value.as_str().unwrap_or_default().to_owned();
            Requirement { key: key.to_owned(), condition: Condition::In(vec![value]) }
        };
        Selector(labels.entries().iter().map(|entry| requirement((&entry.key, &entry.value))).collect())
    }

    /// Creates a selector from a node with `matchLabels` and `matchExpressions`, as in a workload. Ignores other keys.
    pub fn of_node(node: &Node) -> Selector {
        let mut selector = node.get("matchLabels").and_then(Node::as_map).map(Selector::of_labels).unwrap_or_default();
        let expressions = node.get("matchExpressions").and_then(Node::as_seq).unwrap_or_default();
        selector.0.extend(expressions.iter().map(expression));
        selector
    }

    /// Returns whether the selector matches labels; `None` is no labels.
    pub fn matches(&self, labels: Option<&Map>) -> bool {
        self.0.iter().all(|requirement| requirement.matches(labels))
    }

    /// Returns whether the selector has no requirements and matches everything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns a label with the only value that the selector accepts for it, if any. Useful to look up candidates.
    pub fn exact(&self) -> Option<(&str, &str)> {
        self.0.iter().find_map(|requirement| match &requirement.condition {
            Condition::In(values) => match values.as_slice() {
                [value] => Some((requirement.key.as_str(), value.as_str())),
                _ => None,
            },
            _ => None,
        })
    }
}

impl Requirement {
    fn matches(&self, labels: Option<&Map>) -> bool {
        let value = labels.and_then(|labels| labels.get(&self.key)).and_then(Node::as_str);
        let is_in = |values: &[String]| value.is_some_and(|value| values.iter().any(|one| one == value));
        match &self.condition {
            Condition::In(values) => is_in(values),
            Condition::NotIn(values) => !is_in(values),
            Condition::Exists => value.is_some(),
            Condition::Absent => value.is_none(),
            Condition::Unknown => false,
        }
    }
}

/// Splits at commas outside of parentheses.
fn parts(text: &str) -> Vec<&str> {
    let mut depth = 0usize;
    let outside = |c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    };
    text.split(outside).collect()
}

fn requirement(part: &str) -> Result<Requirement, String> {
    let create = |key: &str, condition| {
        let key = key.trim();
        let is_valid = !key.is_empty() && !key.contains([' ', '(', ')', '!', '=']);
        let error = || {
            format!(
                "{part:?} is not a selector requirement: expected `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a` or `!a`"
            )
        };
        is_valid.then(|| Requirement { key: key.to_owned(), condition }).ok_or_else(error)
    };
    let one = |value: &str| vec![value.trim_start_matches('=').trim().to_owned()];
    if let Some((key, value)) = part.split_once("!=") {
        return create(key, Condition::NotIn(one(value)));
    }
    if let Some((key, value)) = part.split_once('=') {
        return create(key, Condition::In(one(value)));
    }
    if let Some((before, values)) = part.strip_suffix(')').and_then(|part| part.split_once('(')) {
        let values = values.split(',').map(|value| value.trim().to_owned()).collect();
        return match before.trim_end().rsplit_once(char::is_whitespace) {
            Some((key, "in")) => create(key, Condition::In(values)),
            Some((key, "notin")) => create(key, Condition::NotIn(values)),
            _ => create("", Condition::Unknown),
        };
    }
    match part.strip_prefix('!') {
        Some(key) => create(key, Condition::Absent),
        None => create(part, Condition::Exists),
    }
}

fn expression(node: &Node) -> Requirement {
    let text = |key| node.get(key).and_then(Node::as_str).unwrap_or_default();
    let values = || match node.get("values").map(|values| &values.kind) {
        Some(Kind::Seq(values)) => values.iter().filter_map(Node::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let condition = match text("operator") {
        "In" => Condition::In(values()),
        "NotIn" => Condition::NotIn(values()),
        "Exists" => Condition::Exists,
        "DoesNotExist" => Condition::Absent,
        _ => Condition::Unknown,
    };
    Requirement { key: text("key").to_owned(), condition }
}

#[cfg(test)]
mod tests {
    use super::Selector;
    use mkmanifests_yaml::tree::to_node;

    #[test]
    fn requirements_match_as_in_kubectl() {
        let labels = to_node(&serde_json::json!({"app": "web", "tier": "front"})).unwrap();
        let matches = |text: &str| Selector::parse(text).unwrap().matches(labels.as_map());
        for yes in
            ["", "app=web", "app==web", "app in (web,api)", "app notin (api)", "app", "!x", "x!=y", "x notin (y)"]
        {
            assert!(matches(yes), "{yes}");
        }
        for no in ["app=api", "app!=web", "app in (api)", "app notin (web)", "!app", "x", "x=", "app=web,tier=back"] {
            assert!(!matches(no), "{no}");
        }
    }

    #[test]
    fn invalid_selectors_are_errors() {
        for bad in ["a b", "a (b)", "=b", "!", "a within (b)", "a in b"] {
            assert!(Selector::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn expressions_match_as_in_the_api() {
        let labels = to_node(&serde_json::json!({"app": "web"})).unwrap();
        let matches = |selector| Selector::of_node(&to_node(&selector).unwrap()).matches(labels.as_map());
        let expression = |operator: &str, key: &str, values: &[&str]| {
            serde_json::json!({"matchLabels": {"app": "web"},
                "matchExpressions": [{"key": key, "operator": operator, "values": values}]})
        };
        assert!(matches(expression("In", "app", &["web", "x"])) && !matches(expression("In", "y", &["x"])));
        assert!(matches(expression("NotIn", "y", &["x"])) && !matches(expression("NotIn", "app", &["web"])));
        assert!(matches(expression("Exists", "app", &[])) && !matches(expression("DoesNotExist", "app", &[])));
        assert!(!matches(expression("Within", "app", &["web"])));
    }
}
