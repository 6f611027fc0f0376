//! Quotas of AWS on policies: "IAM object quotas" and "IAM and STS character quotas" in
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.

/// The longest policy that AWS accepts, in characters.
#[derive(Debug, Clone, Copy)]
pub struct Quota {
    /// What the quota applies to.
    pub policy: &'static str,
    /// The default quota.
    pub default: usize,
    /// What AWS grants on request; the default if the quota cannot be raised.
    pub on_request: usize,
    /// Whether white space counts.
    pub with_white_space: bool,
}

/// The trust policy of a role. On request AWS grants 4,096 according to the user guide that it published on GitHub, and 8,192
/// according to later quotations of it.
pub const TRUST_POLICY: Quota =
    Quota { policy: "the trust policy", default: 2048, on_request: 4096, with_white_space: false };

/// A customer managed policy, such as the one that `--for` prints.
pub const MANAGED_POLICY: Quota =
    Quota { policy: "a managed policy", default: 6144, on_request: 6144, with_white_space: false };

/// All inline policies of a user together.
pub const USER_POLICY: Quota =
    Quota { policy: "the inline policy of a user", default: 2048, on_request: 2048, with_white_space: false };

/// The policy of a session together with the ARNs of its managed policies:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.
pub const SESSION_POLICY: Quota =
    Quota { policy: "the policy of a session", default: 2048, on_request: 2048, with_white_space: true };

impl Quota {
    /// Returns the length of a policy, as AWS counts it.
    pub fn size(&self, policy: &str) -> usize {
        policy.chars().filter(|c| self.with_white_space || !c.is_whitespace()).count()
    }

    /// Returns a message if `size` is over the quota.
    pub fn exceeded(&self, size: usize) -> Option<String> {
        if size <= self.default {
            return None;
        }
        let counted = if self.with_white_space { "" } else { " without white space" };
        let (what, allowed) = (self.policy, grouped(self.default));
        let on_request = if self.on_request > self.default {
            format!(" by default, and {} or more on request", grouped(self.on_request))
        } else {
            String::new()
        };
        Some(format!("{what} has {} characters{counted}; AWS allows {allowed}{on_request}", grouped(size)))
    }
}

/// Formats a number with commas: `6,144`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_does_not_count_in_a_trust_policy() {
        assert_eq!(TRUST_POLICY.size("{ \"a b\":\n\t1 }"), 8);
        assert_eq!(SESSION_POLICY.size("{ \"é\": 1 }"), 10);
    }

    #[test]
    fn the_message_has_the_size_and_both_quotas() {
        assert_eq!(TRUST_POLICY.exceeded(2048), None);
        let message = "the trust policy has 2,049 characters without white space; AWS allows 2,048 by default, and 4,096 or more on request";
        assert_eq!(TRUST_POLICY.exceeded(2049).as_deref(), Some(message));
        let message = "the policy of a session has 1,002,049 characters; AWS allows 2,048";
        assert_eq!(SESSION_POLICY.exceeded(1_002_049).as_deref(), Some(message));
    }
}
