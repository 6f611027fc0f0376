//! Renders the script that applies the values to Vault from `templates/vault-config/apply.sh.j2`.

use std::sync::LazyLock;

use minijinja::value::Serde;
use minijinja::{Environment, Error, context};
use serde::Serialize;

use super::plan::{self, Mount, Step};
use super::values::VaultConfigValues;
use crate::release::Release;

/// Where the ConfigMap is mounted in the container.
pub(super) const CONFIG_FOLDER: &str = "/etc/vault-config";
/// The file with the token of the Secret, or of the service account.
pub(super) const TOKEN_FILE: &str = "/var/run/secrets/vault-config/token";

/// Where a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// In the Job: policies are files, and the script logs in.
    Job,
    /// On a workstation: policies are in the script, and the token is in the environment.
    Machine,
    /// On a workstation, with instructions for a new Vault.
    FirstTime,
}

/// One function call in the script.
#[derive(Debug, Serialize)]
struct Call {
    function: &'static str,
    words: Vec<Word>,
}

/// A word, and whether it is on a separate line.
#[derive(Debug, Serialize)]
struct Word {
    text: String,
    long: bool,
}

impl Word {
    fn new(text: String) -> Self {
        let long = text.len() > 40 || text.contains('\n');
        Word { text, long }
    }
}

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    // `get_template` reports a template that does not parse; a test renders it.
    let _ = environment.add_template("apply", include_str!("../../../templates/vault-config/apply.sh.j2"));
    environment
});

/// Renders the script.
///
/// # Errors
///
/// Returns an error if a template cannot be rendered.
pub(super) fn script(values: &VaultConfigValues, release: &Release, target: Target) -> Result<String, Error> {
    let steps = plan::steps(values)?;
    let calls: Vec<Call> = steps.iter().map(|step| call(step, target)).collect();
    let login = (target == Target::Job && values.login.token_secret.secret_name.is_none()).then(|| {
        let login = &values.login.kubernetes;
        context! { path => quote(&format!("auth/{}/login", login.mount_path)), role => quote(&format!("role={}", login.role)) }
    });
    let text = TEMPLATES.get_template("apply")?.render(context! {
        job => target == Target::Job,
        first_time => target == Target::FirstTime,
        login,
        token_file => TOKEN_FILE,
        release => &release.name,
        namespace => &release.namespace,
        vault_namespace => values.vault.namespace.as_deref().map(quote),
        record => quote(&plan::record(values, release)),
        prune => values.prune,
        audit => steps.iter().any(|step| matches!(step, Step::Audit { .. })),
        calls => Serde(&calls),
    })?;
    Ok(text + "\n")
}

fn call(step: &Step, target: Target) -> Call {
    let of =
        |function, words: &[&str]| Call { function, words: words.iter().map(|word| Word::new(quote(word))).collect() };
    match step {
        Step::Audit { path, fields } => of("audit", &[path, &fields.names(), &fields.shown(), &fields.body()]),
        Step::Policy { name, text } if target == Target::Job => {
            let text = format!("\"$(cat {CONFIG_FOLDER}/{})\"", policy_file(name));
            Call { function: "policy", words: vec![Word::new(quote(name)), Word::new(text)] }
        }
        Step::Policy { name, text } => of("policy", &[name, text]),
        Step::Auth(mount) => mount_call(mount, "auth"),
        Step::Secrets(mount) => mount_call(mount, "secrets"),
        Step::Role { path, fields } => of("role", &[path, &fields.names(), &fields.shown(), &fields.body()]),
        Step::Config { path, fields, kept } => {
            of("config", &[path, &fields.names(), &fields.shown(), &fields.body(), kept])
        }
    }
}

fn mount_call(mount: &Mount, table: &str) -> Call {
    let version =
        mount.version.map_or_else(String::new, |version| format!("\"options\": {{\"version\": \"{version}\"}}"));
    let description = super::fields::Fields::default().with_some("description", mount.description.clone());
    let limits = mount.limits();
    let words = [
        table,
        &mount.path,
        mount.kind,
        &version,
        &mount.body(),
        &description.names(),
        &limits.names(),
        &[description.shown(), limits.shown()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("\n"),
        &mount.tuning().body(),
    ];
    Call { function: "mount", words: words.iter().map(|word| Word::new(quote(word))).collect() }
}

/// Returns the name of a policy's file in the ConfigMap.
pub(super) fn policy_file(name: &str) -> String {
    format!("policy-{name}.hcl")
}

/// Quotes a text as one word of a POSIX shell: <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02>.
///
/// A word cannot contain NUL; the rules do not allow it in values.
///
/// ```
/// use mkmanifests::components::vault_config::quote;
/// assert_eq!(quote("it's $HOME"), r"'it'\''s $HOME'");
/// ```
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
