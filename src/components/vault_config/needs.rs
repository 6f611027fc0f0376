//! The policy that the Job's token needs in Vault, and no more.

use std::collections::BTreeMap;

use super::hcl;
use super::plan::{self, Step};
use super::values::{Capability, PathRule, VaultConfigValues};
use crate::release::Release;

use Capability::{Create, Delete, Read, Sudo, Update};

/// The policy: for what the values have, and with `prune` for whatever an earlier run made in the same mounts.
///
/// # Errors
///
/// Those of the templates.
pub(super) fn policy(values: &VaultConfigValues, release: &Release) -> Result<String, minijinja::Error> {
    let steps = plan::steps(values)?;
    let record = plan::record(values, release);
    let mut needs = Needs(BTreeMap::new());
    needs.allow("sys/mounts", &[Read]);
    needs.allow("sys/auth", &[Read]);
    needs.allow("auth/token/revoke-self", &[Update]);
    needs.allow(&format!("sys/policies/acl/{record}"), &[Create, Read, Update, Delete]);
    for step in &steps {
        needs.of(step);
    }
    if values.prune {
        needs.prune(&steps);
    }
    let mut text = hcl::policy(&needs.0)?;
    text.push('\n');
    Ok(text)
}

struct Needs(BTreeMap<String, PathRule>);

impl Needs {
    fn allow(&mut self, path: &str, capabilities: &[Capability]) {
        let rule = self.0.entry(path.to_owned()).or_default();
        rule.capabilities.extend(capabilities);
        rule.capabilities.sort();
        rule.capabilities.dedup();
    }

    fn of(&mut self, step: &Step) {
        match step {
            // Vault asks for `sudo` at audit devices and auth methods.
            Step::Audit { path, .. } => {
                self.allow("sys/audit", &[Read, Sudo]);
                self.allow(&format!("sys/audit/{path}"), &[Create, Update, Sudo]);
            }
            Step::Policy { name, .. } => self.allow(&format!("sys/policies/acl/{name}"), &[Create, Read, Update]),
            Step::Auth(mount) => {
                self.allow(&format!("sys/auth/{}", mount.path), &[Create, Update, Sudo]);
                self.allow(&format!("sys/auth/{}/tune", mount.path), &[Update, Sudo]);
            }
            Step::Secrets(mount) => {
                self.allow(&format!("sys/mounts/{}", mount.path), &[Create, Update]);
                self.allow(&format!("sys/mounts/{}/tune", mount.path), &[Update]);
            }
            Step::Role { path, .. } | Step::Config { path, .. } => self.allow(path, &[Create, Read, Update]),
        }
    }

    /// What is to be removed is not among the values any more, so that names do not help: roles of the mounts that are there,
    /// policies, and mounts themselves. The roles of a mount that is gone from the values need a token that may do more.
    fn prune(&mut self, steps: &[Step]) {
        self.allow("sys/policies/acl/*", &[Read, Delete]);
        self.allow("sys/auth/*", &[Delete, Sudo]);
        self.allow("sys/mounts/*", &[Delete]);
        self.allow("sys/audit", &[Read, Sudo]);
        self.allow("sys/audit/*", &[Delete, Sudo]);
        for step in steps {
            match step {
                Step::Auth(mount) => {
                    self.allow(&format!("auth/{}/role/*", mount.path), &[Read, Delete]);
                    if mount.kind == "aws" {
                        self.allow(&format!("auth/{}/config/sts/*", mount.path), &[Read, Delete]);
                    }
                }
                Step::Secrets(mount) if mount.kind == "aws" => {
                    self.allow(&format!("{}/roles/*", mount.path), &[Read, Delete]);
                }
                _ => {}
            }
        }
    }
}
