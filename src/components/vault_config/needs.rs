//! Renders the Vault policy that the Job's token needs: the minimum.

use std::collections::BTreeMap;

use super::hcl;
use super::plan::{self, Step};
use super::values::{Capability, PathRule, VaultConfigValues};
use crate::release::Release;

use Capability::{Create, Delete, Read, Sudo, Update};

/// Renders the policy. It covers the values, and with `prune` whatever earlier runs created in the same mounts.
///
/// # Errors
///
/// Returns an error if a template cannot be rendered.
pub(super) fn policy(values: &VaultConfigValues, release: &Release) -> Result<String, minijinja::Error> {
    let steps = plan::steps(values)?;
    let record = plan::record(values, release);
    let mut permissions = Permissions(BTreeMap::new());
    permissions.allow("sys/mounts", &[Read]);
    permissions.allow("sys/auth", &[Read]);
    permissions.allow("auth/token/revoke-self", &[Update]);
    permissions.allow(&format!("sys/policies/acl/{record}"), &[Create, Read, Update, Delete]);
    for step in &steps {
        permissions.add_step(step);
    }
    if values.prune {
        permissions.add_pruning(&steps);
    }
    let mut text = hcl::policy(&permissions.0)?;
    text.push('\n');
    Ok(text)
}

struct Permissions(BTreeMap<String, PathRule>);

impl Permissions {
    fn allow(&mut self, path: &str, capabilities: &[Capability]) {
        let rule = self.0.entry(path.to_owned()).or_default();
        rule.capabilities.extend(capabilities);
        rule.capabilities.sort();
        rule.capabilities.dedup();
    }

    fn add_step(&mut self, step: &Step) {
        match step {
            // Vault requires `sudo` for audit devices and auth methods.
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

    /// Adds what removal needs: roles of the mounts in the values, policies, and mounts. What is removed is no longer in the values,
    /// so that it cannot be listed by name. Removing the roles of a mount that is no longer in the values needs a token with more
    /// permissions.
    fn add_pruning(&mut self, steps: &[Step]) {
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
