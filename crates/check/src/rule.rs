//! What a rule is, and the macro that makes one of a function and its doc comment.

/// A rule that objects are held to.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name in kebab case, perhaps after an area and a `/`: what `--skip` takes.
    pub id: &'static str,
    /// The lines of its doc comment, each with the blank that stands before it: what it protects, then its source.
    pub doc: &'static [&'static str],
}

impl Rule {
    /// What it protects, in a sentence or more.
    pub fn about(&self) -> String {
        let lines = self.doc.iter().map(|line| line.trim());
        lines.take_while(|line| !line.starts_with("Source: ")).collect::<Vec<_>>().join(" ").trim().to_owned()
    }

    /// Where it comes from: a function of Kubernetes, or a page.
    pub fn source(&self) -> String {
        let lines = self.doc.iter().map(|line| line.trim());
        let from = lines.skip_while(|line| !line.starts_with("Source: ")).collect::<Vec<_>>().join(" ");
        from.strip_prefix("Source: ").unwrap_or_default().trim().to_owned()
    }
}

/// `selector_matches` as `selector-matches`.
pub(super) const fn kebab<const N: usize>(name: &str) -> [u8; N] {
    let mut out = [b'-'; N];
    let bytes = name.as_bytes();
    let mut at = 0;
    while at < N {
        if bytes[at] != b'_' {
            out[at] = bytes[at];
        }
        at += 1;
    }
    out
}

/// The id of a rule, from the area and the name of its function.
macro_rules! rule_id {
    ([$($prefix:literal)*] $name:ident) => {{
        const NAME: &str = concat!($($prefix,)* stringify!($name));
        const LENGTH: usize = NAME.len();
        const BYTES: [u8; LENGTH] = $crate::rule::kebab(NAME);
        match std::str::from_utf8(&BYTES) {
            Ok(id) => id,
            Err(_) => NAME,
        }
    }};
}

/// Makes a rule of each function: its name is the rule's, its doc comment is kept as data, and what it reports carries
/// the rule. Of rules that call one another the innermost counts. After `area = "namespace",` the ids begin with
/// `namespace/`.
///
/// The first parameter is the report, whose type `Report` is in scope. The doc comment ends with a line `Source: ...`.
/// rustfmt formats the functions, since they stand in parentheses with commas between them.
///
/// ```ignore
/// rules!(
///     /// A count of replicas is not negative.
///     ///
///     /// Source: `ValidateDeploymentSpec`, pkg/apis/apps/validation/validation.go
///     pub(super) fn replicas_not_negative(report: &mut Report<'_>, at: &Path<'_>, replicas: i32) {
///         if replicas < 0 {
///             report.error(at, format_args!("{replicas} is negative"));
///         }
///     }
/// );
/// ```
macro_rules! rules {
    (area = $area:literal, $($rules:tt)+) => {
        $crate::rule::rules! { @with [$area "/"] $($rules)+ }
    };
    (@with $prefix:tt $(
        $(#[doc = $doc:literal])+
        $visibility:vis fn $name:ident($report:ident: &mut Report<'_> $(, $argument:ident: $type:ty)* $(,)?) $body:block
    ),+) => {
        /// The rules of this file.
        pub(crate) static RULES: &[$crate::rule::Rule] = &[$(
            $crate::rule::Rule {
                id: $crate::rule::rule_id!($prefix $name),
                doc: &[$($doc),+],
            }
        ),+];
        $crate::rule::functions! { 0usize; $(
            $(#[doc = $doc])+
            $visibility fn $name($report $(, $argument: $type)*) $body
        )+ }
    };
    ($($rules:tt)+) => {
        $crate::rule::rules! { @with [] $($rules)+ }
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
