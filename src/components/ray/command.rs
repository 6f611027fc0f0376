//! Renders the `ray start` commands from `templates/ray/start.sh.j2`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use minijinja::value::Serde;
use minijinja::{Environment, Error};
use serde::Serialize;

use super::pods::CPU_VARIABLE;
use super::values::{FlagValue, Ports};

/// The parameters of a `ray start` command.
#[derive(Debug)]
pub(super) struct Start<'a> {
    /// Whether this is the head.
    pub head: bool,
    /// `host:port` of the head's GCS, for workers.
    pub address: String,
    /// Ports of Ray's processes; Ray chooses those that are not set.
    pub ports: &'a Ports,
    /// Number of GPUs of the pod.
    pub gpus: Option<u32>,
    /// Size of the object store in bytes.
    pub memory: Option<i128>,
    /// Ray's custom resources, as JSON.
    pub resources: Option<String>,
    /// Port of the metrics.
    pub metrics: Option<u16>,
    /// User and password of the external Redis.
    pub redis: Redis<'a>,
    /// The user's options, which override the computed ones.
    pub params: &'a BTreeMap<String, FlagValue>,
}

/// The head's credentials for the external Redis.
#[derive(Debug, Default)]
pub(super) struct Redis<'a> {
    pub username: Option<&'a str>,
    pub password: Option<&'static str>,
}

/// The variables of the template.
#[derive(Serialize)]
struct Command {
    head: bool,
    options: String,
}

// Without the engine's own filters and tests: adding them takes longer than rendering the template.
static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::empty();
    // `get_template` reports a template that does not parse; a test renders it.
    let _ = environment.add_template("start", include_str!("../../../templates/ray/start.sh.j2"));
    environment
});

impl Start<'_> {
    /// Renders the command line.
    ///
    /// # Errors
    ///
    /// Returns an error if the template cannot be rendered.
    pub fn render(&self) -> Result<String, Error> {
        let command = Command { head: self.head, options: self.options() };
        TEMPLATES.get_template("start")?.render(Serde(command))
    }

    /// Returns all options as one text, since a loop in the template takes longer than everything else in it.
    fn options(&self) -> String {
        let mut text = String::new();
        for (name, value) in self.own_options() {
            if let Some(value) = value.filter(|_| !self.params.contains_key(name)) {
                text.extend([" --", name, "=", &value]);
            }
        }
        for (name, value) in self.params {
            text.extend([" --", name]);
            if let Some(value) = &value.0 {
                text.extend(["=", &shell_word(value)]);
            }
        }
        text
    }

    /// Returns the computed options, in the order of the Helm chart that `ray` replaces: a live deployment must not change.
    fn own_options(&self) -> [(&'static str, Option<String>); 17] {
        let ports = self.ports;
        let number = |port: Option<u16>| port.map(|port| port.to_string());
        let on_head = |value: Option<String>| value.filter(|_| self.head);
        // Ray's own default needs no option.
        let other_than = |default: u16, port: Option<u16>| on_head(number(port.filter(|port| *port != default)));
        let word = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(shell_word);
        [
            ("port", on_head(number(ports.gcs))),
            ("num-cpus", Some(format!("${CPU_VARIABLE}"))),
            ("address", (!self.head).then(|| self.address.clone())),
            ("object-manager-port", number(ports.object_manager)),
            ("node-manager-port", number(ports.node_manager)),
            ("dashboard-host", on_head(Some("0.0.0.0".to_owned()))),
            ("ray-client-server-port", other_than(10001, ports.client)),
            ("dashboard-port", other_than(8265, ports.dashboard)),
            ("redis-username", on_head(word(self.redis.username))),
            ("redis-password", on_head(word(self.redis.password))),
            ("dashboard-agent-listen-port", number(ports.dashboard_agent)),
            ("min-worker-port", number(ports.worker_min)),
            ("max-worker-port", number(ports.worker_max)),
            ("num-gpus", self.gpus.map(|gpus| gpus.to_string())),
            ("object-store-memory", self.memory.map(|bytes| bytes.to_string())),
            ("resources", word(self.resources.as_deref())),
            ("metrics-export-port", number(self.metrics)),
        ]
    }
}

/// Quotes one word for a POSIX shell. `$NAME` and `${NAME}` remain variables, as with KubeRay; nothing else is special.
///
/// Kubernetes would expand `$(NAME)` in a container's arguments before the shell sees it; `$$(` prevents that.
/// <https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>
pub(in crate::components) fn shell_word(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:,=@%+".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    let mut rest = value.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('$', Some('(')) => out.push_str("\\$$"),
            ('$', Some(next)) if next.is_ascii_alphabetic() || matches!(next, '_' | '{') => out.push('$'),
            ('$' | '"' | '\\' | '`', _) => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::shell_word;

    #[test]
    fn variables_are_expanded_and_nothing_else_is() {
        for (value, word) in [
            ("8", "8"),
            ("$CPUS", "\"$CPUS\""),
            ("${CPUS}", "\"${CPUS}\""),
            ("{\"a\": 1}", "\"{\\\"a\\\": 1}\""),
            ("a b", "\"a b\""),
            ("$5", "\"\\$5\""),
            ("`id`", "\"\\`id\\`\""),
            ("$(id)", "\"\\$$(id)\""),
            ("a;b", "\"a;b\""),
            ("it's", "\"it's\""),
        ] {
            assert_eq!(shell_word(value), word);
        }
    }
}
