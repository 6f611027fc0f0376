//! `vault-config`: a Job that configures policies, auth methods, secrets engines and audit devices of Vault.
//!
//! It follows the API of Vault 2.0 and OpenBao 2.7:
//! <https://developer.hashicorp.com/vault/api-docs>, <https://openbao.org/api-docs/>.

mod arn;
mod engines;
mod fields;
mod hcl;
mod methods;
mod needs;
mod objects;
mod plan;
mod pod;
mod rules;
mod scalar;
mod script;
pub mod values;

use std::sync::LazyLock;

use schemars::{Schema, schema_for};

pub use self::hcl::{policy as policy_text, quoted as hcl_string};
pub use self::scalar::Duration;
use self::script::Target;
pub use self::script::quote;
pub use self::values::VaultConfigValues;
use super::{Built, Component, Document, DocumentText, Fact, Setting};
use crate::check::diagnostics::Diagnostics;
use crate::components::ComponentCode;
use crate::diagnostic::{Diagnostic, Failure};
use crate::release::Release;
use crate::values::Values;

/// The component.
pub struct VaultConfig;

const DEFAULTS_TEXT: &str = include_str!("../../../values/vault-config.yaml");

impl Component for VaultConfig {
    fn name(&self) -> &'static str {
        "vault-config"
    }

    fn description(&self) -> &'static str {
        "Vault configuration: policies, auth methods, secrets engines and roles, applied by a Job"
    }

    fn namespace(&self) -> &'static str {
        "vault"
    }

    fn release_name(&self) -> Option<&'static str> {
        Some("vault-config")
    }

    fn defaults_text(&self) -> &'static str {
        DEFAULTS_TEXT
    }

    fn defaults(&self) -> &'static Values {
        static DEFAULTS: LazyLock<Values> = LazyLock::new(|| super::compiled_in("vault-config", DEFAULTS_TEXT));
        &DEFAULTS
    }

    /// Sets the cluster, which replaces `<cluster>` in ARNs and separates the records of several clusters in one Vault.
    fn values_from_fact(&self, fact: Fact, text: &str) -> Vec<Setting> {
        let path: &[&str] = match fact {
            Fact::ClusterName => &["clusterName"],
            Fact::AccountId => &["accountId"],
            Fact::Partition => &["partition"],
            _ => return Vec::new(),
        };
        vec![(path, text.to_owned())]
    }

    fn schema(&self) -> Schema {
        schema_for!(VaultConfigValues)
    }

    fn documents(&self) -> &'static [Document] {
        &[
            Document {
                flag: "first-time",
                description: "Print the script for a new Vault, with init and unseal",
                possible_values: &[],
                compatible_flags: &["script"],
                render: |values, release, _| {
                    document(values, release, |values, release| script::script(values, release, Target::FirstTime))
                },
            },
            Document {
                flag: "script",
                description: "Print a shell script instead, to run against a Vault",
                possible_values: &[],
                compatible_flags: &["first-time"],
                render: |values, release, _| {
                    document(values, release, |values, release| script::script(values, release, Target::Machine))
                },
            },
            Document {
                flag: "job-policy",
                description: "Print the Vault policy that the Job needs instead",
                possible_values: &[],
                compatible_flags: &[],
                render: |values, release, _| document(values, release, needs::policy),
            },
        ]
    }

    fn object_ids(&self) -> &'static [&'static str] {
        &["service-account", "config-map", "job"]
    }

    fn build(&self, values: &Values, release: &Release, diagnostics: &mut Vec<Diagnostic>) -> Vec<Built> {
        let Some(typed) = read(values, release, diagnostics) else { return Vec::new() };
        objects::objects(&typed, release).unwrap_or_else(|error| {
            diagnostics
                .push(Diagnostic::error(ComponentCode::NotSerializable, format!("cannot render the objects: {error}")));
            Vec::new()
        })
    }
}

/// Reads and validates the values; returns none if there are errors.
fn read(values: &Values, release: &Release, diagnostics: &mut Vec<Diagnostic>) -> Option<VaultConfigValues> {
    let mut typed: VaultConfigValues = values.read(VaultConfig.defaults(), diagnostics)?;
    if typed.cluster_name.is_none() {
        typed.cluster_name = Some(release.cluster.clone()).filter(|cluster| !cluster.is_empty());
    }
    let mut checked = Diagnostics::about(&values.root).written_in(&values.sources);
    rules::check(&typed, release, &mut checked);
    diagnostics.extend(checked.list);
    diagnostics.iter().all(Diagnostic::is_warning).then_some(typed)
}

type Text = fn(&VaultConfigValues, &Release) -> Result<String, minijinja::Error>;

fn document(values: &Values, release: &Release, text: Text) -> Result<DocumentText, Failure> {
    let mut diagnostics = Vec::new();
    let text = read(values, release, &mut diagnostics).map(|typed| text(&typed, release));
    let text = match text {
        Some(Ok(text)) => Some(text),
        Some(Err(error)) => {
            diagnostics
                .push(Diagnostic::error(ComponentCode::NotSerializable, format!("cannot render the text: {error}")));
            None
        }
        None => None,
    };
    DocumentText::of(&VaultConfig, text, diagnostics, values)
}
