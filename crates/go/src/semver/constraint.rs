//! Parses and checks constraints: `^1.2 || >=2.0, <3 || 4.x || 5.0 - 6`.

use super::scan::Scan;
use super::version::{Version, order_prereleases};
use crate::quote::quote;

/// A constraint on versions: groups of conditions. A version must satisfy all conditions of one group.
#[derive(Debug, Clone)]
pub struct Constraints(Vec<Group>);

#[derive(Debug, Clone)]
struct Group {
    conditions: Vec<Condition>,
    /// Whether a condition names a prerelease. Only then can prereleases satisfy the group.
    prereleases: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Tilde,
    Caret,
}

/// Which numbers of a condition's version are given; the others match any number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Precision {
    Nothing,
    Major,
    Minor,
    All,
}

#[derive(Debug, Clone)]
struct Condition {
    operator: Operator,
    given: Precision,
    version: Version,
}

/// In the order of Go's pattern, whose first match wins (`>` before `>=`), which shows in what is refused.
const OPERATORS: [(&str, Operator); 11] = [
    ("=>", Operator::GreaterOrEqual),
    ("=<", Operator::LessOrEqual),
    ("=", Operator::Equal),
    ("!=", Operator::NotEqual),
    (">=", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("~>", Operator::Tilde),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
];

impl Constraints {
    /// Parses a constraint.
    ///
    /// # Errors
    /// The error text of the Go library.
    pub fn parse(text: &str) -> Result<Constraints, String> {
        let text = rewrite_ranges(text);
        text.split("||").map(Group::parse).collect::<Result<_, _>>().map(Constraints)
    }

    /// Returns whether a version satisfies the constraint.
    pub fn check(&self, version: &Version) -> bool {
        self.0.iter().any(|group| {
            (group.prereleases || version.prerelease.is_empty())
                && group.conditions.iter().all(|condition| condition.check(version))
        })
    }
}

/// Turns each `1.2 - 3.4` into `>= 1.2, <= 3.4 `, with the white space around it.
fn rewrite_ranges(text: &str) -> String {
    let mut out = String::new();
    let mut scan = Scan { rest: text };
    while !scan.rest.is_empty() {
        let mut ahead = scan;
        if let Some((from, to)) = range(&mut ahead) {
            out.push_str(&format!(">= {from}, <= {to} "));
            scan = ahead;
        } else {
            let width = scan.rest.chars().next().map_or(1, char::len_utf8);
            out.push_str(scan.take(width).unwrap_or_default());
        }
    }
    out
}

fn range<'a>(scan: &mut Scan<'a>) -> Option<(&'a str, &'a str)> {
    scan.spaces();
    let from = version_text(scan)?;
    if !(scan.spaces() && scan.text("-") && scan.spaces()) {
        return None;
    }
    let to = version_text(scan)?;
    scan.spaces();
    Some((from, to))
}

fn is_number_or_any(char: char) -> bool {
    char.is_ascii_digit() || matches!(char, '|' | 'x' | 'X' | '*')
}

/// The text of a version in which numbers may be left out or be `x`.
fn version_text<'a>(scan: &mut Scan<'a>) -> Option<&'a str> {
    let begin = scan.rest;
    Parts::scan(scan)?;
    begin.get(..begin.len() - scan.rest.len())
}

/// The pieces of the version of a condition.
struct Parts<'a> {
    major: &'a str,
    minor: &'a str,
    patch: &'a str,
    prerelease: &'a str,
}

impl<'a> Parts<'a> {
    fn scan(scan: &mut Scan<'a>) -> Option<Parts<'a>> {
        let mut ahead = *scan;
        ahead.text("v");
        let parts = Parts {
            major: ahead.run(is_number_or_any)?,
            minor: ahead.dotted(is_number_or_any).unwrap_or_default(),
            patch: ahead.dotted(is_number_or_any).unwrap_or_default(),
            prerelease: ahead.identifiers("-").unwrap_or_default(),
        };
        ahead.identifiers("+");
        *scan = ahead;
        Some(parts)
    }

    /// The numbers up to the first that is left out, zeros after it, and how many were given.
    fn version(&self) -> (String, Precision) {
        let any = |part: &str| matches!(part, "" | "x" | "X" | "*");
        let (numbers, given) = match (any(self.major), any(self.minor), any(self.patch)) {
            (true, ..) => ("0.0.0".to_owned(), Precision::Nothing),
            (_, true, _) => (format!("{}.0.0", self.major), Precision::Major),
            (.., true) => (format!("{}.{}.0", self.major, self.minor), Precision::Minor),
            _ => (format!("{}.{}.{}", self.major, self.minor, self.patch), Precision::All),
        };
        let dash = if self.prerelease.is_empty() { "" } else { "-" };
        (format!("{numbers}{dash}{}", self.prerelease), given)
    }
}

impl Group {
    fn parse(text: &str) -> Result<Group, String> {
        let improper = || format!("improper constraint: {}", quote(text.as_bytes()));
        let mut scan = Scan { rest: text };
        let mut conditions = Vec::new();
        scan.spaces();
        loop {
            let condition = Condition::scan(&mut scan).ok_or_else(improper)?;
            conditions.push(condition?);
            let spaces = scan.spaces();
            let comma = scan.text(",");
            scan.spaces();
            if scan.rest.is_empty() && !comma {
                break;
            }
            if !spaces && !comma {
                return Err(improper());
            }
        }
        let prereleases = conditions.iter().any(|condition: &Condition| !condition.version.prerelease.is_empty());
        Ok(Group { conditions, prereleases })
    }
}

impl Condition {
    /// Reads one condition; `None` if there is none.
    fn scan(scan: &mut Scan<'_>) -> Option<Result<Condition, String>> {
        let found = OPERATORS.iter().find(|(text, _)| scan.text(text));
        let operator = found.map_or(Operator::Equal, |(_, operator)| *operator);
        scan.spaces();
        let (text, given) = Parts::scan(scan)?.version();
        let version = Version::parse(&text).map_err(|_| "constraint parser error".to_owned());
        Some(version.map(|version| Condition { operator, given, version }))
    }

    fn check(&self, version: &Version) -> bool {
        let order = version.order(&self.version);
        match self.operator {
            Operator::Equal if self.given == Precision::All => order.is_eq(),
            Operator::Equal | Operator::Tilde => order.is_ge() && self.check_tilde(version),
            Operator::NotEqual => self.check_not_equal(version),
            Operator::Greater => self.check_greater(version),
            Operator::Less => order.is_lt(),
            Operator::GreaterOrEqual => order.is_ge(),
            Operator::LessOrEqual => self.check_less_or_equal(version),
            Operator::Caret => order.is_ge() && self.check_caret(version),
        }
    }

    fn check_tilde(&self, version: &Version) -> bool {
        let wanted = &self.version;
        // `~0.0.0` and `~*` take anything that is not older.
        let zero = (wanted.major, wanted.minor, wanted.patch) == (0, 0, 0);
        if zero && !matches!(self.given, Precision::Major | Precision::Minor) {
            return true;
        }
        version.major == wanted.major && (version.minor == wanted.minor || self.given == Precision::Major)
    }

    fn check_not_equal(&self, version: &Version) -> bool {
        let wanted = &self.version;
        if self.given == Precision::All {
            return !version.order(wanted).is_eq();
        }
        if version.major != wanted.major {
            return true;
        }
        match self.given {
            Precision::Major => false,
            _ if version.minor != wanted.minor => true,
            Precision::Minor => order_prereleases(&version.prerelease, &wanted.prerelease).is_ne(),
            // `!=*`: only 0.0.0 itself is equal, as Masterminds has it.
            _ => version.patch != wanted.patch || !version.order(wanted).is_eq(),
        }
    }

    fn check_greater(&self, version: &Version) -> bool {
        let wanted = &self.version;
        match self.given {
            Precision::All => version.order(wanted).is_gt(),
            _ if version.major != wanted.major => version.major > wanted.major,
            Precision::Major => false,
            Precision::Minor => version.minor > wanted.minor,
            Precision::Nothing => version.order(wanted).is_gt(),
        }
    }

    fn check_less_or_equal(&self, version: &Version) -> bool {
        let wanted = &self.version;
        match self.given {
            Precision::All => version.order(wanted).is_le(),
            _ if version.major != wanted.major => version.major < wanted.major,
            Precision::Major => true,
            _ => version.minor <= wanted.minor,
        }
    }

    fn check_caret(&self, version: &Version) -> bool {
        let wanted = &self.version;
        if version.major != wanted.major {
            return false;
        }
        if wanted.major > 0 || self.given == Precision::Major {
            return true;
        }
        if version.minor != wanted.minor {
            return false;
        }
        wanted.minor > 0 || self.given == Precision::Minor || version.patch == wanted.patch
    }
}
