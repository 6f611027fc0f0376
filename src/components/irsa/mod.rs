//! `irsa`: service accounts whose pods may assume an IAM role (IAM roles for service accounts, on EKS).
//!
//! <https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html>

mod account;
mod arn;
mod permissions;
mod policy;
pub(super) mod quota;
mod rules;
pub mod values;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::{Schema, schema_for};

pub use self::account::{AUDIENCE, ROLE_ARN, RoleBinding, STS_REGIONAL_ENDPOINTS, TOKEN_EXPIRATION, service_account};
pub use self::arn::{PARTITIONS, account_id, oidc_issuer, oidc_provider_arn, partition, role_arn, role_name};
pub use self::permissions::{PERMISSIONS, permissions};
pub use self::policy::{issuer_of, trust_policy};
pub use self::values::IrsaValues;
use super::{Built, Component, Document, Fact, Setting};
use crate::arn::Arn;
use crate::check::diagnostics::Diagnostics;
use crate::components::ComponentCode;
use crate::diagnostic::Diagnostic;
use crate::release::Release;
use crate::tree::SerializeError;
use crate::values::Values;

/// The component.
pub struct Irsa;

const DEFAULTS_TEXT: &str = include_str!("../../../values/irsa.yaml");

impl Component for Irsa {
    fn name(&self) -> &'static str {
        "irsa"
    }

    fn description(&self) -> &'static str {
        "Service accounts whose pods may assume an IAM role (IRSA)"
    }

    fn namespace(&self) -> &'static str {
        "default"
    }

    fn defaults_text(&self) -> &'static str {
        DEFAULTS_TEXT
    }

    fn defaults(&self) -> &'static Values {
        static DEFAULTS: LazyLock<Values> = LazyLock::new(|| super::compiled_in("irsa", DEFAULTS_TEXT));
        &DEFAULTS
    }

    /// Sets the cluster, which replaces `<cluster>` in the name of the role, and the facts that its ARN contains.
    fn values_from_fact(&self, fact: Fact, text: &str) -> Vec<Setting> {
        let path: &[&str] = match fact {
            Fact::ClusterName => &["clusterName"],
            Fact::AccountId => &["accountId"],
            Fact::Partition => &["partition"],
            Fact::OidcProvider => &["oidcProvider"],
            Fact::RoleArn => &["roleArn"],
            Fact::ReleaseName | Fact::Region => return Vec::new(),
        };
        vec![(path, text.to_owned())]
    }

    fn schema(&self) -> Schema {
        schema_for!(IrsaValues)
    }

    fn documents(&self) -> &'static [Document] {
        &[
            Document {
                flag: "trust-policy",
                description: "Print the trust policy of the IAM role instead",
                possible_values: &[],
                compatible_flags: &[],
                render: |values, release, _| trust_policy(values, release),
            },
            Document {
                flag: "for",
                description: "Print a component's IAM policy instead",
                possible_values: PERMISSIONS,
                compatible_flags: &[],
                render: permissions,
            },
        ]
    }

    fn build(&self, values: &Values, release: &Release, diagnostics: &mut Vec<Diagnostic>) -> Vec<Built> {
        let Some(typed) = read(values, release, diagnostics) else { return Vec::new() };
        policy::check_size(&typed, release, &values.root, diagnostics);
        objects(&typed, release).unwrap_or_else(|error| {
            diagnostics
                .push(Diagnostic::error(ComponentCode::NotSerializable, format!("cannot render the objects: {error}")));
            Vec::new()
        })
    }
}

/// Reads and validates the values; returns none if there are errors.
fn read(values: &Values, release: &Release, diagnostics: &mut Vec<Diagnostic>) -> Option<IrsaValues> {
    let mut typed: IrsaValues = values.read(Irsa.defaults(), diagnostics)?;
    if typed.cluster_name.is_none() {
        typed.cluster_name = Some(release.cluster.clone()).filter(|cluster| !cluster.is_empty());
    }
    let mut checked = Diagnostics::about(&values.root).written_in(&values.sources);
    rules::check(&typed, &release.namespace, &mut checked);
    diagnostics.extend(checked.list);
    diagnostics.iter().all(Diagnostic::is_warning).then_some(typed)
}

impl IrsaValues {
    /// Returns the ARN of the role: `roleArn`, or one computed from partition, account and name.
    pub fn role_arn(&self) -> String {
        let account = self.account_id.as_ref().map_or("", |account| account.0.as_str());
        match &self.role_arn {
            Some(arn) => arn.clone(),
            None => Arn::iam(&self.partition, account, &format!("role/{}", self.role_path())).to_string(),
        }
    }

    /// Returns the path and name of the role, with `<cluster>` replaced.
    fn role_path(&self) -> String {
        self.role_name.replace("<cluster>", self.cluster_name.as_deref().unwrap_or_default())
    }
}

fn objects(values: &IrsaValues, release: &Release) -> Result<Vec<Built>, SerializeError> {
    let binding = RoleBinding {
        role_arn: values.role_arn(),
        sts_regional_endpoints: values.sts_regional_endpoints,
        audience: values.audience.clone(),
        token_expiration: values.token_expiration,
    };
    let labels = BTreeMap::from([("app.kubernetes.io/managed-by".to_owned(), "mkmanifests".to_owned())]);
    let accounts = values.service_accounts.iter().map(|account| {
        let namespace = account.namespace.as_deref().unwrap_or(&release.namespace);
        let object = service_account(namespace, &account.name, labels.clone(), Some(&binding), &values.annotations);
        Built::of(format!("service-account-{namespace}-{}", account.name), object)
    });
    accounts.collect()
}
