//! Parses the ARNs of IAM roles and OIDC providers, and checks their parts.

use crate::arn::{Arn, is_account};
use crate::diagnostic::listed;

/// The partitions of AWS: commercial, China, GovCloud, and the isolated ones.
pub const PARTITIONS: &[&str] =
    &["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

/// Parses the ARN of an IAM role. The resource of the result is what follows `role/`: the path and the name.
///
/// # Errors
///
/// Returns the invalid part, and what was expected.
///
/// ```
/// use mkmanifests::components::irsa::role_arn;
/// let arn = role_arn("arn:aws-cn:iam::111122223333:role/team/data").unwrap();
/// assert_eq!((arn.partition, arn.resource), ("aws-cn", "team/data"));
/// assert!(role_arn("arn:aws:iam::1111:role/data").unwrap_err().contains("12 digits"));
/// ```
pub fn role_arn(arn: &str) -> Result<Arn<'_>, String> {
    let parsed = iam_arn(arn, "role", "arn:aws:iam::111122223333:role/NAME")?;
    let (path, name) = parsed.resource.rsplit_once('/').map_or(("", parsed.resource), |(path, name)| (path, name));
    role_name(name).map_err(|reason| format!("{arn:?} is not the ARN of an IAM role: {reason}"))?;
    let graphic = |byte: u8| (b'!'..=b'~').contains(&byte);
    if path.len() <= 510 && path.bytes().all(graphic) {
        Ok(parsed)
    } else {
        Err(format!(
            "{arn:?} is not the ARN of an IAM role: the path must be printable ASCII of at most 512 characters"
        ))
    }
}

/// Parses the ARN of an IAM OIDC provider. The resource of the result is what follows `oidc-provider/`.
///
/// # Errors
///
/// Returns the invalid part, and what was expected.
pub fn oidc_provider_arn(arn: &str) -> Result<Arn<'_>, String> {
    let example = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE";
    let parsed = iam_arn(arn, "oidc-provider", example)?;
    oidc_issuer(parsed.resource).map(|()| parsed)
}

/// Checks an OIDC issuer without `https://`, as IAM names providers: a host and a path.
///
/// # Errors
///
/// Returns the expected form.
pub fn oidc_issuer(issuer: &str) -> Result<(), String> {
    let host = issuer.split('/').next().unwrap_or_default();
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/:".contains(&byte);
    if host.contains('.') && issuer.bytes().all(inner) && !issuer.ends_with('/') && !issuer.contains("//") {
        Ok(())
    } else {
        Err(format!(
            "{issuer:?} is not an OIDC issuer: expected a host and a path, such as oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE"
        ))
    }
}

/// Checks an AWS account id: <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html>.
///
/// # Errors
///
/// Returns an error unless `account` has 12 digits.
pub fn account_id(account: &str) -> Result<(), String> {
    if is_account(account) { Ok(()) } else { Err(format!("{account:?} is not an AWS account id (12 digits)")) }
}

/// Checks a partition of AWS.
///
/// # Errors
///
/// Returns the known partitions if `partition` is none of them.
pub fn partition(partition: &str) -> Result<(), String> {
    if PARTITIONS.contains(&partition) {
        Ok(())
    } else {
        Err(format!("{partition:?} is not an AWS partition; must be one of {}", listed(PARTITIONS.iter().copied())))
    }
}

/// Checks the name of an IAM role: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>.
///
/// # Errors
///
/// Returns the rule for names.
pub fn role_name(name: &str) -> Result<(), String> {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte);
    if (1..=64).contains(&name.len()) && name.bytes().all(inner) {
        Ok(())
    } else {
        Err(format!("{name:?} is not the name of an IAM role: must have 1 to 64 letters, digits or `+=,.@_-`"))
    }
}

fn iam_arn<'a>(arn: &'a str, kind: &str, example: &str) -> Result<Arn<'a>, String> {
    let invalid = |reason: &str| format!("{arn:?} is not the ARN of an IAM {kind}: {reason}, as in {example}");
    let parsed = Arn::parse(arn).filter(|arn| arn.is_iam());
    let parsed = parsed.ok_or_else(|| invalid("expected the form arn:PARTITION:iam::ACCOUNT:RESOURCE"))?;
    partition(parsed.partition).map_err(|reason| invalid(&reason))?;
    account_id(parsed.account).map_err(|reason| invalid(&reason))?;
    let resource = parsed.resource.strip_prefix(kind).and_then(|rest| rest.strip_prefix('/'));
    let resource = resource.ok_or_else(|| invalid(&format!("expected `{kind}/` after the account")))?;
    Ok(Arn { resource, ..parsed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_arns_of_every_partition_are_read() {
        for partition in PARTITIONS {
            let arn = format!("arn:{partition}:iam::111122223333:role/foo_DaftRole");
            let expected = Arn::iam(partition, "111122223333", "foo_DaftRole");
            assert_eq!(role_arn(&arn), Ok(expected));
        }
        assert!(role_arn("arn:aws:iam::111122223333:role/service-role/a/b").is_ok());
    }

    #[test]
    fn a_wrong_part_is_named() {
        for (arn, part) in [
            ("", "arn:PARTITION"),
            ("arn:aws:iam:us-west-2:111122223333:role/x", "arn:PARTITION"),
            ("arn:aws:s3::111122223333:role/x", "arn:PARTITION"),
            ("arn:azure:iam::111122223333:role/x", "partition"),
            ("arn:aws:iam::11112222333:role/x", "12 digits"),
            ("arn:aws:iam::111122223333:user/x", "`role/`"),
            ("arn:aws:iam::111122223333:role/", "1 to 64"),
            ("arn:aws:iam::111122223333:role/a b", "1 to 64"),
        ] {
            let reason = role_arn(arn).unwrap_err();
            assert!(reason.contains(part), "{arn}: {reason}");
        }
    }

    #[test]
    fn providers_are_host_and_path() {
        let arn = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE";
        assert_eq!(oidc_provider_arn(arn).map(|arn| arn.account), Ok("111122223333"));
        assert!(oidc_provider_arn("arn:aws:iam::111122223333:oidc-provider/nope").is_err());
        assert!(oidc_issuer("https://oidc.example.com").is_err());
    }
}
