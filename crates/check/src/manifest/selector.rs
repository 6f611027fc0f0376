//! Label selectors: which labels they match.

use mkmanifests_yaml::tree::{Kind, Map, Node};

/// A label selector: labels match if every requirement does. One without requirements matches everything.
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
    is: Is,
}

/// What a label has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Is {
    In(Vec<String>),
    /// Or not there.
    NotIn(Vec<String>),
    There,
    Absent,
    /// An operator that Kubernetes does not have: it matches nothing.
    Unknown,
}

impl Selector {
    /// Reads what `kubectl get -l` takes: `app=web,tier in (front,back),env!=dev,canary,!old`.
    ///
    /// # Errors
    ///
    /// The part that is none of these.
    pub fn parse(text: &str) -> Result<Selector, String> {
        let parts = parts(text).into_iter().map(str::trim).filter(|part| !part.is_empty());
        parts.map(requirement).collect::<Result<_, _>>().map(Selector)
    }

    /// Labels that all have to be there: the selector of a Service.
    pub fn of_labels(labels: &Map) -> Selector {
        let requirement = |(key, value): (&str, &Node)| {
            let value = value.as_str().unwrap_or_default().to_owned();
            Requirement { key: key.to_owned(), is: Is::In(vec![value]) }
        };
        Selector(labels.entries().iter().map(|entry| requirement((&entry.key, &entry.value))).collect())
    }

    /// A selector with `matchLabels` and `matchExpressions`, as workloads have it.
    pub fn of_node(node: &Node) -> Selector {
        let mut selector = node.get("matchLabels").and_then(Node::as_map).map(Selector::of_labels).unwrap_or_default();
        let expressions = node.get("matchExpressions").and_then(Node::as_seq).unwrap_or_default();
        selector.0.extend(expressions.iter().map(expression));
        selector
    }

    /// Whether labels match.
    pub fn matches(&self, labels: Option<&Map>) -> bool {
        self.0.iter().all(|requirement| requirement.matches(labels))
    }

    /// Whether it matches everything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A label that has to be there with exactly this value, if the selector asks for one: to find candidates by.
    pub fn exact(&self) -> Option<(&str, &str)> {
        self.0.iter().find_map(|requirement| match &requirement.is {
            Is::In(values) => match values.as_slice() {
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
        match &self.is {
            Is::In(values) => is_in(values),
            Is::NotIn(values) => !is_in(values),
            Is::There => value.is_some(),
            Is::Absent => value.is_none(),
            Is::Unknown => false,
        }
    }
}

/// The parts between commas that are not in parentheses.
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
    let made = |key: &str, is| {
        let key = key.trim();
        let fits = !key.is_empty() && !key.contains([' ', '(', ')', '!', '=']);
        let refuse =
            || format!("{part:?} is no requirement of labels: `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`");
        fits.then(|| Requirement { key: key.to_owned(), is }).ok_or_else(refuse)
    };
    let one = |value: &str| vec![value.trim_start_matches('=').trim().to_owned()];
    if let Some((key, value)) = part.split_once("!=") {
        return made(key, Is::NotIn(one(value)));
    }
    if let Some((key, value)) = part.split_once('=') {
        return made(key, Is::In(one(value)));
    }
    if let Some((before, values)) = part.strip_suffix(')').and_then(|part| part.split_once('(')) {
        let values = values.split(',').map(|value| value.trim().to_owned()).collect();
        return match before.trim_end().rsplit_once(char::is_whitespace) {
            Some((key, "in")) => made(key, Is::In(values)),
            Some((key, "notin")) => made(key, Is::NotIn(values)),
            _ => made("", Is::Unknown),
        };
    }
    match part.strip_prefix('!') {
        Some(key) => made(key, Is::Absent),
        None => made(part, Is::There),
    }
}

fn expression(node: &Node) -> Requirement {
    let text = |key| node.get(key).and_then(Node::as_str).unwrap_or_default();
    let values = || match node.get("values").map(|values| &values.kind) {
        Some(Kind::Seq(values)) => values.iter().filter_map(Node::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let is = match text("operator") {
        "In" => Is::In(values()),
        "NotIn" => Is::NotIn(values()),
        "Exists" => Is::There,
        "DoesNotExist" => Is::Absent,
        _ => Is::Unknown,
    };
    Requirement { key: text("key").to_owned(), is }
}

#[cfg(test)]
mod tests {
    use super::Selector;
    use mkmanifests_yaml::tree::to_node;

    #[test]
    fn requirements_match_as_kubectl_has_them() {
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
    fn what_is_no_selector_is_told() {
        for bad in ["a b", "a (b)", "=b", "!", "a within (b)", "a in b"] {
            assert!(Selector::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn expressions_match_as_the_api_has_them() {
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
