//! Checks ARNs in the values, and replaces their placeholders.

use super::values::VaultConfigValues;
use crate::arn::Arn;
use crate::components::irsa::{account_id, partition, role_arn};

/// The values of placeholders in ARNs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a> {
    pub cluster: &'a str,
    pub account: &'a str,
    pub partition: &'a str,
}

impl<'a> Facts<'a> {
    /// Returns the facts in the values.
    pub fn of(values: &'a VaultConfigValues) -> Self {
        Facts {
            cluster: values.cluster_name.as_deref().unwrap_or_default(),
            account: values.account_id.as_ref().map_or("", |account| account.0.as_str()),
            partition: &values.partition,
        }
    }

    /// Replaces the placeholders in `arn`.
    ///
    /// # Errors
    ///
    /// Returns the placeholder that has no value.
    pub fn fill(self, arn: &str) -> Result<String, String> {
        let mut filled = arn.to_owned();
        for (placeholder, fact, key) in [
            ("<cluster>", self.cluster, "`clusterName`"),
            ("<account>", self.account, "`accountId`"),
            ("<partition>", self.partition, "`partition`"),
        ] {
            if filled.contains(placeholder) && fact.is_empty() {
                return Err(format!("`{placeholder}` requires {key}"));
            }
            filled = filled.replace(placeholder, fact);
        }
        Ok(filled)
    }
}

/// Checks the ARN of an IAM role or user that may log in. `*` at the end matches any rest.
///
/// # Errors
///
/// Returns what was expected.
pub(super) fn principal(arn: &str) -> Result<(), String> {
    let invalid = |rule: &str| {
        Err(format!("{arn:?} is not the ARN of an IAM principal: {rule}, as in arn:aws:iam::111122223333:role/NAME"))
    };
    let parsed = Arn::parse(arn).filter(|arn| arn.region.is_empty() && partition(arn.partition).is_ok());
    let Some(Arn { service, account, resource, .. }) = parsed else {
        return invalid("expected the form arn:PARTITION:iam::ACCOUNT:RESOURCE");
    };
    if service == "sts" {
        return invalid("Vault compares the role of a session; use the role");
    }
    if service != "iam" || account_id(account).is_err() {
        return invalid("expected the form arn:PARTITION:iam::ACCOUNT:RESOURCE");
    }
    let (stem, glob) = resource.strip_suffix('*').map_or((resource, false), |stem| (stem, true));
    if stem.contains('*') {
        return invalid("`*` is allowed only at the end");
    }
    match stem.split_once('/') {
        Some(("role" | "user", _)) if glob => Ok(()),
        Some(("role", _)) => role_arn(arn).map(drop),
        Some(("user", name)) if !name.is_empty() && !name.contains(char::is_whitespace) => Ok(()),
        None if glob && ("role/".starts_with(stem) || "user/".starts_with(stem)) => Ok(()),
        None if stem == "root" => invalid("use `arn:PARTITION:iam::ACCOUNT:*` for a whole account"),
        _ => invalid("expected `role/` or `user/` after the account"),
    }
}

/// Checks the ARN of a managed policy, of AWS or of an account.
///
/// # Errors
///
/// Returns the expected form.
pub(super) fn managed_policy(arn: &str) -> Result<(), String> {
    let is_policy = |arn: Arn<'_>| {
        let name = arn.resource.strip_prefix("policy/").unwrap_or_default();
        let is_of_account = arn.account == "aws" || account_id(arn.account).is_ok();
        arn.is_iam() && partition(arn.partition).is_ok() && is_of_account && !name.is_empty() && !name.contains(' ')
    };
    if Arn::parse(arn).is_some_and(is_policy) {
        return Ok(());
    }
    Err(format!(
        "must be the ARN of an IAM policy, such as arn:aws:iam::111122223333:policy/NAME or \
         arn:aws:iam::aws:policy/NAME, found {arn:?}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principals_are_those_that_vault_can_compare() {
        for good in [
            "arn:aws:iam::111122223333:role/foo",
            "arn:aws-cn:iam::111122223333:role/team/foo",
            "arn:aws:iam::111122223333:user/ann@example.com",
            "arn:aws:iam::111122223333:role/team/*",
            "arn:aws:iam::111122223333:*",
        ] {
            assert_eq!(principal(good), Ok(()));
        }
        for (bad, part) in [
            ("*", "arn:PARTITION"),
            ("arn:aws:iam::*:role/foo", "arn:PARTITION"),
            ("arn:aws:iam::1111:role/foo", "arn:PARTITION"),
            ("arn:aws:sts::111122223333:assumed-role/foo/session", "use the role"),
            ("arn:aws:iam::111122223333:root", ":*"),
            ("arn:aws:iam::111122223333:role/*/foo", "only at the end"),
            ("arn:aws:iam::111122223333:role/", "1 to 64"),
            ("arn:aws:iam::111122223333:group/foo", "`role/` or `user/`"),
        ] {
            let reason = principal(bad).unwrap_err();
            assert!(reason.contains(part), "{reason}");
        }
    }

    #[test]
    fn policies_are_of_iam() {
        assert_eq!(managed_policy("arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"), Ok(()));
        assert!(managed_policy("arn:aws:iam::111122223333:role/foo").is_err());
    }

    #[test]
    fn placeholders_need_their_fact() {
        let facts = Facts { cluster: "foo", account: "", partition: "aws" };
        assert_eq!(facts.fill("arn:<partition>:x/<cluster>Role"), Ok("arn:aws:x/fooRole".to_owned()));
        assert!(facts.fill("<account>").unwrap_err().contains("`accountId`"));
    }
}
