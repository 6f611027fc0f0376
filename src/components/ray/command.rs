//! The `ray start` commands: `templates/ray/start.sh.j2`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use minijinja::value::Serde;
use minijinja::{Environment, Error};
use serde::Serialize;

use super::values::{FlagValue, Ports};

/// What a start command depends on.
#[derive(Debug, Serialize)]
pub(super) struct Start<'a> {
    pub head: bool,
    pub address: String,
    pub ports: &'a Ports,
    pub gpus: Option<u32>,
    pub memory: Option<i128>,
    pub resources: Option<String>,
    pub metrics: Option<u16>,
    pub redis: Redis<'a>,
    pub params: &'a BTreeMap<String, FlagValue>,
}

/// How the head logs in to the external Redis.
#[derive(Debug, Default, Serialize)]
pub(super) struct Redis<'a> {
    pub username: Option<&'a str>,
    pub password: Option<&'static str>,
}

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.add_filter("shell_word", |value: &str| shell_word(value));
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
        TEMPLATES.get_template("start")?.render(Serde(self))
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
