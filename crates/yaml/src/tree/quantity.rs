//! The syntax of quantities in an API server.

/// Returns whether an API server decodes `text` as a quantity. It trims white space, and reads a unit without a number
/// as zero. <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>
pub(super) fn is_quantity(text: &str) -> bool {
    let text = text.trim();
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (_, rest) = unsigned.split_at(digits(unsigned));
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    let (_, unit) = rest.split_at(digits(rest));
    !unsigned.is_empty() && is_unit(unit)
}

fn is_unit(unit: &str) -> bool {
    let known = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let exponent = unit.strip_prefix(['e', 'E']).map(|power| power.strip_prefix(['+', '-']).unwrap_or(power));
    known.contains(&unit)
        || exponent.is_some_and(|power| !power.is_empty() && power.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::is_quantity;

    #[test]
    fn what_an_api_server_takes() {
        for good in ["1", "-1", "+0.5", ".5", "5.", "100m", "1Gi", "1Gi ", "Gi", "1e3", "1E-3", "1E"] {
            assert!(is_quantity(good), "{good}");
        }
        for bad in ["", " ", "+", "1GB", "1gi", "one", "1 Gi", "1e", "1.2.3", "0x10", "1Mib"] {
            assert!(!is_quantity(bad), "{bad}");
        }
    }
}
