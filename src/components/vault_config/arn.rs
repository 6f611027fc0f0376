//! Amazon Resource Names in the values: placeholders, principals that log in, managed policies.

use super::values::VaultConfigValues;
use crate::arn::Arn;
use crate::components::irsa::{account_id, partition, role_arn};

/// What placeholders in ARNs stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a> {
    pub cluster: &'a str,
    pub account: &'a str,
    pub partition: &'a str,
}

impl<'a> Facts<'a> {
    /// Those of the values.
    pub fn of(values: &'a VaultConfigValues) -> Self {
        Facts {
            cluster: values.cluster_name.as_deref().unwrap_or_default(),
            account: values.account_id.as_ref().map_or("", |account| account.0.as_str()),
            partition: &values.partition,
        }
    }

    /// `arn` with its placeholders replaced.
    ///
    /// # Errors
    ///
    /// The placeholder that nothing is known for.
    pub fn fill(self, arn: &str) -> Result<String, String> {
        let mut filled = arn.to_owned();
        for (placeholder, fact, from) in [
            ("<cluster>", self.cluster, "`--cluster NAME`"),
            ("<account>", self.account, "`accountId`"),
            ("<partition>", self.partition, "`partition`"),
        ] {
            if filled.contains(placeholder) && fact.is_empty() {
                return Err(format!("`{placeholder}` stands for {from}, which is not set"));
            }
            filled = filled.replace(placeholder, fact);
        }
        Ok(filled)
    }
}

/// An IAM role or user that may log in, or with `*` at the end all whose ARN begins so.
///
/// # Errors
///
/// The rule that `arn` breaks.
pub(super) fn principal(arn: &str) -> Result<(), String> {
    let refuse = |rule: &str| {
        Err(format!("{arn:?} is not the ARN of an IAM principal: {rule}, as in arn:aws:iam::111122223333:role/NAME"))
    };
    let parsed = Arn::parse(arn).filter(|arn| arn.region.is_empty() && partition(arn.partition).is_ok());
    let Some(Arn { service, account, resource, .. }) = parsed else {
        return refuse("it has the form arn:PARTITION:iam::ACCOUNT:RESOURCE");
    };
    if service == "sts" {
        return refuse("Vault compares the role behind a session, so name the role");
    }
    if service != "iam" || account_id(account).is_err() {
        return refuse("it has the form arn:PARTITION:iam::ACCOUNT:RESOURCE");
    }
    let (stem, glob) = resource.strip_suffix('*').map_or((resource, false), |stem| (stem, true));
    if stem.contains('*') {
        return refuse("`*` stands for any rest, at the end only");
    }
    match stem.split_once('/') {
        Some(("role" | "user", _)) if glob => Ok(()),
        Some(("role", _)) => role_arn(arn).map(drop),
        Some(("user", name)) if !name.is_empty() && !name.contains(char::is_whitespace) => Ok(()),
        None if glob && ("role/".starts_with(stem) || "user/".starts_with(stem)) => Ok(()),
        None if stem == "root" => refuse("an account as a whole is `arn:PARTITION:iam::ACCOUNT:*`"),
        _ => refuse("after the account comes `role/` or `user/`"),
    }
}

/// A managed policy of IAM, of AWS or of an account.
///
/// # Errors
///
/// The form, if `arn` does not have it.
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
        "{arn:?} is not the ARN of an IAM policy: arn:aws:iam::111122223333:policy/NAME, or arn:aws:iam::aws:policy/NAME"
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
            ("arn:aws:sts::111122223333:assumed-role/foo/session", "name the role"),
            ("arn:aws:iam::111122223333:root", ":*"),
            ("arn:aws:iam::111122223333:role/*/foo", "at the end only"),
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
