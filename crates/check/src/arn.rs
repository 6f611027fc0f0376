//! Amazon Resource Names: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.

use std::fmt;

/// The parts of an ARN, `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`. The parts are not validated.
///
/// ```
/// use mkmanifests_check::arn::Arn;
/// let text = "arn:aws-cn:iam::111122223333:role/team/data";
/// let arn = Arn::parse(text).unwrap();
/// assert_eq!((arn.partition, arn.service, arn.region, arn.resource), ("aws-cn", "iam", "", "role/team/data"));
/// assert_eq!(arn.to_string(), text);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'a> {
    /// The partition: `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: &'a str,
    /// The service, such as `iam`.
    pub service: &'a str,
    /// The region; empty for global services such as IAM.
    pub region: &'a str,
    /// The account id of twelve digits; `aws` for policies that AWS manages.
    pub account: &'a str,
    /// The rest, such as `role/team/data`. It can contain colons and slashes.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Splits a text into the parts of an ARN; `None` if it does not start with `arn:` or has too few parts.
    pub fn parse(text: &'a str) -> Option<Arn<'a>> {
        let mut parts = text.splitn(6, ':');
        let mut part = || parts.next();
        if part()? != "arn" {
            return None;
        }
        Some(Arn { partition: part()?, service: part()?, region: part()?, account: part()?, resource: part()? })
    }

    /// Creates an ARN of IAM, such as `arn:aws:iam::111122223333:role/foo`; it has no region.
    pub fn iam(partition: &'a str, account: &'a str, resource: &'a str) -> Arn<'a> {
        Arn { partition, service: "iam", region: "", account, resource }
    }

    /// Returns whether it is an ARN of IAM.
    pub fn is_iam(self) -> bool {
        self.service == "iam" && self.region.is_empty()
    }
}

/// Returns whether it is an AWS account id: twelve digits.
pub fn is_account(account: &str) -> bool {
    account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Arn { partition, service, region, account, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}
