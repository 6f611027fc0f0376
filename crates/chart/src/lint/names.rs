//! The names of objects, with the messages of Kubernetes.
//!
//! Source: `k8s.io/apimachinery/pkg/api/validate/content`.

use std::sync::LazyLock;

use mkmanifests_go::quote::quote;
use regex::Regex;

const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN: &str = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const LABEL_1035: &str = "[a-z]([-a-z0-9]*[a-z0-9])?";

/// The most characters of a label and of a subdomain.
const MAX_LABEL: usize = 63;
const MAX_SUBDOMAIN: usize = 253;

/// Returns Helm's text about a name that objects of the kind cannot have.
pub(super) fn error(kind: &str, name: &str) -> Option<String> {
    let reasons = match &*kind.to_lowercase() {
        "service" => label_1035(name),
        "namespace" => label(name),
        "certificatesigningrequest" => Vec::new(),
        "role" | "clusterrole" | "rolebinding" | "clusterrolebinding" => path_segment(name),
        _ => subdomain(name),
    };
    let quoted = quote(name.as_bytes());
    let errors: Vec<String> =
        reasons.iter().map(|reason| format!("metadata.name: Invalid value: {quoted}: {reason}")).collect();
    let errors = match &*errors {
        [] => return None,
        [error] => error.clone(),
        errors => format!("[{}]", errors.join(", ")),
    };
    Some(format!("object name does not conform to Kubernetes naming requirements: {quoted}: {errors}"))
}

fn subdomain(name: &str) -> Vec<String> {
    let mut reasons = too_long(name, MAX_SUBDOMAIN);
    if !is_subdomain(name) {
        reasons.push(format!(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{SUBDOMAIN}')"
        ));
    }
    reasons
}

fn label(name: &str) -> Vec<String> {
    let mut reasons = too_long(name, MAX_LABEL);
    if name.contains('.') && is_subdomain(name) {
        reasons.push("must not contain dots".to_owned());
    } else if !matches(&LABEL_REGEX, name) {
        reasons.push(format!(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{LABEL}')"
        ));
    }
    reasons
}

fn label_1035(name: &str) -> Vec<String> {
    let mut reasons = too_long(name, MAX_LABEL);
    if !matches(&LABEL_1035_REGEX, name) {
        reasons.push(format!(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '{LABEL_1035}')"
        ));
    }
    reasons
}

fn path_segment(name: &str) -> Vec<String> {
    if matches!(name, "." | "..") {
        return vec![format!("may not be '{name}'")];
    }
    ['/', '%'].into_iter().filter(|char| name.contains(*char)).map(|char| format!("may not contain '{char}'")).collect()
}

fn too_long(name: &str, most: usize) -> Vec<String> {
    let text = format!("must be no more than {most} characters");
    (name.len() > most).then_some(text).into_iter().collect()
}

static LABEL_REGEX: LazyLock<Option<Regex>> = LazyLock::new(|| whole(LABEL));
static LABEL_1035_REGEX: LazyLock<Option<Regex>> = LazyLock::new(|| whole(LABEL_1035));
static SUBDOMAIN_REGEX: LazyLock<Option<Regex>> = LazyLock::new(|| whole(SUBDOMAIN));

fn whole(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{pattern})$")).ok()
}

fn matches(regex: &LazyLock<Option<Regex>>, text: &str) -> bool {
    regex.as_ref().is_some_and(|regex| regex.is_match(text))
}

fn is_subdomain(name: &str) -> bool {
    matches(&SUBDOMAIN_REGEX, name)
}
