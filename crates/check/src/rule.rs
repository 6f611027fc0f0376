//! Rules, and the macro that turns a function with a doc comment into one.

/// A validation rule or a lint rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The rule id, `area/what-must-hold`: what `--skip` takes.
    pub id: &'static str,
    /// The lines of the doc comment, each with its leading blank: what must hold, then perhaps `Example: ` with a
    /// snippet that breaks the rule, then `Source: `.
    pub doc: &'static [&'static str],
}

/// How the parts of a doc comment after the description begin.
const EXAMPLE: &str = "Example: ";
const SOURCE: &str = "Source: ";

impl Rule {
    /// Returns the area, the part of the id before the `/`: a kind in lower case, or a name that several kinds share.
    pub fn area(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(area, _)| area)
    }

    /// Returns what must hold, in a sentence or more.
    pub fn description(&self) -> String {
        let description = self.lines().take_while(|line| !line.starts_with(EXAMPLE) && !line.starts_with(SOURCE));
        joined(description)
    }

    /// Returns a part of an object, as YAML in flow style, that breaks the rule.
    pub fn example(&self) -> Option<String> {
        let rest = self.lines().skip_while(|line| !line.starts_with(EXAMPLE));
        let example = joined(rest.take_while(|line| !line.starts_with(SOURCE)));
        Some(example.strip_prefix(EXAMPLE)?.trim_matches('`').to_owned())
    }

    /// Returns where the rule comes from: a function of Kubernetes, or a page.
    pub fn source(&self) -> String {
        let source = joined(self.lines().skip_while(|line| !line.starts_with(SOURCE)));
        source.strip_prefix(SOURCE).unwrap_or_default().to_owned()
    }

    fn lines(&self) -> impl Iterator<Item = &'static str> {
        self.doc.iter().map(|line| line.trim())
    }
}

fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// Returns `AREA/name-in-kebab-case`, whose length is `N`.
pub(super) const fn id<const N: usize>(area: &str, name: &str) -> [u8; N] {
    let (area, name) = (area.as_bytes(), name.as_bytes());
    let mut out = [b'/'; N];
    let mut at = 0;
    while at < N {
        if at < area.len() {
            out[at] = area[at];
        } else if at > area.len() {
            let byte = name[at - area.len() - 1];
            out[at] = if byte == b'_' { b'-' } else { byte };
        }
        at += 1;
    }
    out
}

/// The id of a rule, from `AREA`, which is in scope, and the name of its function.
macro_rules! rule_id {
    ($name:ident) => {{
        const NAME: &str = stringify!($name);
        const LENGTH: usize = AREA.len() + 1 + NAME.len();
        const BYTES: [u8; LENGTH] = $crate::rule::id(AREA, NAME);
        match std::str::from_utf8(&BYTES) {
            Ok(id) => id,
            Err(_) => NAME,
        }
    }};
}

/// Turns each function into a rule: its name in kebab case, after `AREA` and a `/`, is the rule id; its doc comment is kept as
/// data; every diagnostic that it reports carries the rule. Where a rule calls another one, the inner rule counts.
///
/// The first parameter is the report, whose type `Report` must be in scope. The doc comment says what must hold, may give
/// an example that breaks the rule (YAML that is merged into `tests/data/examples/AREA.yaml`), and ends with the source.
/// rustfmt formats the functions, because they are in parentheses with commas between them.
///
/// ```ignore
/// const AREA: &str = "deployment";
///
/// rules!(
///     /// `replicas` must be 0 or more.
///     ///
///     /// Example: `spec: {replicas: -1}`
///     ///
///     /// Source: `ValidateDeploymentSpec`, pkg/apis/apps/validation/validation.go
///     pub(super) fn replicas(report: &mut Report<'_>, at: &Path<'_>, replicas: i32) {
///         if replicas < 0 {
///             report.error(at, "must be 0 or more");
///         }
///     }
/// );
/// ```
macro_rules! rules {
    ($(
        $(#[doc = $doc:literal])+
        $visibility:vis fn $name:ident($report:ident: &mut Report<'_> $(, $argument:ident: $type:ty)* $(,)?) $body:block
    ),+) => {
        /// The rules of this file.
        pub(crate) static RULES: &[$crate::rule::Rule] = &[$(
            $crate::rule::Rule {
                id: $crate::rule::rule_id!($name),
                doc: &[$($doc),+],
            }
        ),+];
        $crate::rule::functions! { 0usize; $(
            $(#[doc = $doc])+
            $visibility fn $name($report $(, $argument: $type)*) $body
        )+ }
    };
}

/// The functions of [`rules!`], each with its index.
macro_rules! functions {
    ($index:expr;) => {};
    ($index:expr;
        $(#[doc = $doc:literal])+
        $visibility:vis fn $name:ident($report:ident $(, $argument:ident: $type:ty)*) $body:block
        $($rest:tt)*
    ) => {
        $(#[doc = $doc])+
        $visibility fn $name($report: &mut Report<'_> $(, $argument: $type)*) {
            static RULE: &$crate::rule::Rule = &RULES[$index];
            let outer = $report.enter(RULE);
            let mut run = || $body;
            run();
            $report.leave(outer);
        }
        $crate::rule::functions! { $index + 1; $($rest)* }
    };
}

pub(crate) use {functions, rule_id, rules};
