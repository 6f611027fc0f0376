//! Rules for the paths of auth methods, secrets engines and audit devices, and what these paths serve.

use crate::check::diagnostics::Diagnostics;
use crate::components::vault_config::values::VaultConfigValues;
use crate::diagnostic::{did_you_mean, nearest};

/// Paths that every Vault serves.
const BUILT_IN: &[&str] = &["sys", "identity", "cubbyhole", "auth/token"];
/// The endpoints of a KV engine of version 2: <https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2>.
const KV_ENDPOINTS: &[&str] = &["config", "data", "delete", "destroy", "metadata", "subkeys", "undelete"];

/// The paths that Vault serves, without a slash at the end. Those of auth methods start with `auth/`.
pub(super) struct Mounts {
    served: Vec<String>,
    kv: Vec<String>,
    count: usize,
}

impl Mounts {
    /// Returns whether the values have no mount.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Checks that a mount serves the `path` of a policy.
    ///
    /// # Errors
    ///
    /// Returns what is wrong, and a line of help.
    pub fn serve(&self, path: &str) -> Result<(), (String, String)> {
        if !self.served.iter().any(|mount| matches_below(path, mount)) {
            let first = mount_of(path);
            if self.served.iter().any(|mount| mount == path) {
                return Err((
                    format!("no auth method or secrets engine serves `{path}`"),
                    format!("use a path below `{path}/`"),
                ));
            }
            let help = match nearest(&first, self.served.iter().map(String::as_str)) {
                Some(near) => did_you_mean(format_args!("{near}{}", path.get(first.len()..).unwrap_or_default())),
                None => "list a mount that is managed elsewhere in `existing.mounts`".to_owned(),
            };
            return Err((format!("no auth method or secrets engine serves `{path}`"), help));
        }
        self.kv.iter().try_for_each(|mount| kv_endpoint(path, mount))
    }
}

/// Returns the part of a path that names a mount: the first segment, or the first two after `auth`.
fn mount_of(path: &str) -> String {
    let segments: Vec<&str> = path.split('/').collect();
    let count = if segments.first() == Some(&"auth") { 2 } else { 1 };
    segments.get(..count).unwrap_or(&segments).join("/")
}

/// Returns whether a path of a policy, with its wildcards, matches anything below `mount`.
fn matches_below(path: &str, mount: &str) -> bool {
    let mut segments = path.split('/').peekable();
    for part in mount.split('/') {
        match segments.next() {
            Some(last) if segments.peek().is_none() && last.ends_with('*') => {
                return part.starts_with(last.trim_end_matches('*'));
            }
            Some(segment) if segment == part || segment == "+" => {}
            _ => return false,
        }
    }
    segments.peek().is_some()
}

/// Checks the endpoint of a KV engine of version 2. Its secrets are below `data/`; Vault accepts a policy without it, which grants
/// nothing.
fn kv_endpoint(path: &str, mount: &str) -> Result<(), (String, String)> {
    let Some(rest) = path.strip_prefix(mount).and_then(|rest| rest.strip_prefix('/')) else { return Ok(()) };
    let (endpoint, more) = rest.split_once('/').map_or((rest, None), |(endpoint, more)| (endpoint, Some(more)));
    let stem = endpoint.strip_suffix('*').filter(|_| more.is_none());
    let known = KV_ENDPOINTS.iter().any(|known| stem.map_or(*known == endpoint, |stem| known.starts_with(stem)));
    if known || endpoint == "+" || endpoint.is_empty() {
        return Ok(());
    }
    let message = format!("a KV engine of version 2 has no endpoint at `{path}`");
    let help = match nearest(endpoint, KV_ENDPOINTS.iter().copied()) {
        Some(near) => did_you_mean(format_args!("{mount}/{near}{}", rest.get(endpoint.len()..).unwrap_or_default())),
        None => {
            format!("use `{mount}/data/{rest}` for secrets, or `{mount}/metadata/{rest}` for their names and versions")
        }
    };
    Err((message, help))
}

/// Checks the path of a mount.
///
/// # Errors
///
/// Returns the rule for paths.
pub(super) fn path(path: &str) -> Result<(), String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let segment =
        |segment: &str| !segment.is_empty() && segment.bytes().all(plain) && segment != "." && segment != "..";
    if path.split('/').all(segment) {
        Ok(())
    } else {
        Err(format!("must be segments of letters, digits and `-_.` with `/` between them, found {path:?}"))
    }
}

/// Returns the mounts, and checks their paths.
pub(super) fn check(values: &VaultConfigValues, diagnostics: &mut Diagnostics<'_>) -> Mounts {
    let (methods, engines, devices) = (&values.auth_methods, &values.secrets_engines, &values.audit_devices);
    let auth: Vec<[&str; 3]> = at("authMethods", "aws", methods.aws.keys())
        .chain(at("authMethods", "kubernetes", methods.kubernetes.keys()))
        .collect();
    let secrets: Vec<[&str; 3]> =
        at("secretsEngines", "aws", engines.aws.keys()).chain(at("secretsEngines", "kv", engines.kv.keys())).collect();
    let audit: Vec<[&str; 3]> = at("auditDevices", "file", devices.file.keys())
        .chain(at("auditDevices", "socket", devices.socket.keys()))
        .chain(at("auditDevices", "syslog", devices.syslog.keys()))
        .collect();
    check_paths(&auth, &["token"], diagnostics);
    check_paths(&secrets, &["sys", "identity", "cubbyhole", "auth"], diagnostics);
    check_paths(&audit, &[], diagnostics);
    for (index, mount) in values.existing.mounts.iter().enumerate() {
        diagnostics.require(&["existing", "mounts", &index.to_string()], path(mount.trim_end_matches('/')));
    }
    let existing = values.existing.mounts.iter().map(|mount| mount.trim_end_matches('/').to_owned());
    let served =
        auth.iter().map(|[.., path]| format!("auth/{path}")).chain(secrets.iter().map(|[.., path]| (*path).to_owned()));
    Mounts {
        served: served.chain(existing).chain(BUILT_IN.iter().map(|path| (*path).to_owned())).collect(),
        kv: engines.kv.keys().cloned().collect(),
        count: auth.len() + secrets.len() + audit.len(),
    }
}

fn at<'v>(
    table: &'static str,
    kind: &'static str,
    paths: impl Iterator<Item = &'v String>,
) -> impl Iterator<Item = [&'v str; 3]> {
    paths.map(move |path| [table, kind, path.as_str()])
}

/// Checks that no path is reserved, or overlaps another one.
fn check_paths(all: &[[&str; 3]], reserved: &[&str], diagnostics: &mut Diagnostics<'_>) {
    for (index, entry) in all.iter().enumerate() {
        let [.., mount] = *entry;
        diagnostics.require_key(entry, path(mount));
        if let Some(own) = reserved.iter().find(|own| mount.split('/').next() == Some(**own)) {
            diagnostics.require_key(entry, Err(format!("Vault reserves `{own}/`")));
        }
        for [table, kind, other] in &all[..index] {
            let message = if *other == mount {
                format!("must be unique: `{table}.{kind}` has the same path")
            } else if within(mount, other) || within(other, mount) {
                format!("overlaps `{other}`: Vault does not allow one mount below another")
            } else {
                continue;
            };
            diagnostics.require_key(entry, Err(message));
        }
    }
}

fn within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_below_mounts() {
        for (path, mount) in [
            ("aws/sts/userrole-*", "aws"),
            ("*", "aws"),
            ("a*", "aws"),
            ("+/creds/x", "aws"),
            ("auth/*", "auth/kubernetes"),
            ("auth/+/login", "auth/kubernetes"),
            ("aws/*", "aws"),
            ("aws/", "aws"),
        ] {
            assert!(matches_below(path, mount), "{path} {mount}");
        }
        for (path, mount) in [("aws", "aws"), ("awsx/a", "aws"), ("b*", "aws"), ("auth/aws", "auth/aws"), ("+", "aws")]
        {
            assert!(!matches_below(path, mount), "{path} {mount}");
        }
    }

    #[test]
    fn kv_secrets_are_below_data() {
        for path in ["kv/data/a", "kv/*", "kv/met*", "kv/+/a", "kv/", "aws/creds/a"] {
            assert_eq!(kv_endpoint(path, "kv"), Ok(()));
        }
        assert!(kv_endpoint("kv/team/a", "kv").unwrap_err().1.contains("`kv/data/team/a`"));
        assert!(kv_endpoint("kv/dta/a", "kv").unwrap_err().1.contains("`kv/data/a`"));
    }
}
