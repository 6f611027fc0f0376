//! Amazon Resource Names: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.

use std::fmt;

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`: the parts, which need not be right.
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
    /// `aws`, `aws-cn`, ...
    pub partition: &'a str,
    /// `iam`, `s3`, ...
    pub service: &'a str,
    /// Empty for what is in no region, such as IAM.
    pub region: &'a str,
    /// Twelve digits; `aws` for policies of AWS itself.
    pub account: &'a str,
    /// What stands after the account, colons and slashes included.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// The parts of a text that has the form.
    pub fn parse(text: &'a str) -> Option<Arn<'a>> {
        let mut parts = text.splitn(6, ':');
        let mut part = || parts.next();
        if part()? != "arn" {
            return None;
        }
        Some(Arn { partition: part()?, service: part()?, region: part()?, account: part()?, resource: part()? })
    }

    /// One of IAM, which is in no region.
    pub fn iam(partition: &'a str, account: &'a str, resource: &'a str) -> Arn<'a> {
        Arn { partition, service: "iam", region: "", account, resource }
    }

    /// Whether it is one of IAM.
    pub fn is_iam(self) -> bool {
        self.service == "iam" && self.region.is_empty()
    }
}

/// Whether it is the id of an AWS account.
pub fn is_account(account: &str) -> bool {
    account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Arn { partition, service, region, account, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}
