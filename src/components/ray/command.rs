//! The `ray start` commands: `templates/ray/start.sh.j2`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use minijinja::value::Serde;
use minijinja::{Environment, Error};
use serde::Serialize;

use super::pods::CPU_VARIABLE;
use super::values::{FlagValue, Ports};

/// What a start command depends on.
#[derive(Debug)]
pub(super) struct Start<'a> {
    /// Whether this is the head.
    pub head: bool,
    /// host:port of the head's GCS, for workers.
    pub address: String,
    /// Ports of Ray's processes; one that is not set is left to Ray.
    pub ports: &'a Ports,
    /// GPUs of the pod.
    pub gpus: Option<u32>,
    /// Bytes of the object store.
    pub memory: Option<i128>,
    /// Ray's custom resources, as JSON.
    pub resources: Option<String>,
    /// Port of the metrics.
    pub metrics: Option<u16>,
    /// User and password of the external Redis.
    pub redis: Redis<'a>,
    /// The user's own options; they replace those made here.
    pub params: &'a BTreeMap<String, FlagValue>,
}

/// How the head logs in to the external Redis.
#[derive(Debug, Default)]
pub(super) struct Redis<'a> {
    pub username: Option<&'a str>,
    pub password: Option<&'static str>,
}

/// What the template sees.
#[derive(Serialize)]
struct Command {
    head: bool,
    options: Vec<String>,
}

// Without the engine's own filters and tests, which take longer to add than the template to render.
static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::empty();
    // A template that does not parse is told by `get_template`; a test renders it.
    let _ = environment.add_template("start", include_str!("../../../templates/ray/start.sh.j2"));
    environment
});

impl Start<'_> {
    /// The command line.
    ///
    /// # Errors
    ///
    /// Those of the template.
    pub fn render(&self) -> Result<String, Error> {
        let command = Command { head: self.head, options: self.options() };
        TEMPLATES.get_template("start")?.render(Serde(command))
    }

    fn options(&self) -> Vec<String> {
        let own = self.own_options().into_iter().filter(|(name, _)| !self.params.contains_key(*name));
        let own = own.filter_map(|(name, value)| Some(format!("{name}={}", value?)));
        let given = self.params.iter().map(|(name, value)| match &value.0 {
            Some(value) => format!("{name}={}", shell_word(value)),
            None => name.clone(),
        });
        own.chain(given).collect()
    }

    /// The order is that of the Helm chart this replaces, so that a live deployment sees no change.
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

/// One word of a POSIX shell in which `$NAME` and `${NAME}` still stand for variables, as KubeRay's users know it, and
/// nothing else has a meaning.
///
/// Kubernetes would replace `$(NAME)` in a container's arguments before any shell sees it; `$$(` keeps it from that.
/// <https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>
fn shell_word(value: &str) -> String {
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
    fn variables_stand_and_nothing_else_does() {
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
