//! The flags of `chart test` about the run, which helm-unittest does not have.

use clap::Args;

use super::TestArgs;
use crate::cli::UsageCode;
use crate::diagnostic::Diagnostic;
use crate::gitops::Shard;
use crate::kube_version::KubeVersion;

/// The heading of these flags.
const RUN: &str = "Run";

/// Flags about what runs, and how often.
#[derive(Debug, Args)]
#[group(skip)]
pub(super) struct RunArgs {
    /// Fail on missing snapshots, and write none [default: true in CI]
    ///
    /// It is the default if the environment variable CI is `true` or `1`, unless `-u` is given. `--ci=false` writes
    /// snapshots even there.
    #[arg(
        long,
        value_name = "BOOLEAN",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true,
        help_heading = RUN
    )]
    pub ci: Option<bool>,

    /// Kubernetes versions to run every test with, such as 1.31,1.33
    ///
    /// Tests and suites that set a version keep it. All versions have to match the same snapshots.
    #[arg(long, value_name = "VERSION", value_delimiter = ',', value_parser = KubeVersion::parse_known, help_heading = RUN)]
    pub kube_version: Vec<KubeVersion>,

    /// Run only a part of the suite files: the I-th of N
    ///
    /// For several machines that share the work. I counts from 1 to N.
    #[arg(long, value_name = "I/N", value_parser = Shard::parse, help_heading = RUN)]
    pub shard: Option<Shard>,

    /// Run again whenever a file of the charts changes
    ///
    /// A change of a suite or its snapshots runs that suite, any other change runs all suites of the chart. Ctrl-C ends it.
    #[arg(long, help_heading = RUN)]
    pub watch: bool,

    /// Write a first suite with snapshots for each template
    ///
    /// Its tests use the default values and `ci/*-values.yaml`, or the files of `--values`. Files that exist are kept.
    #[arg(long, help_heading = RUN)]
    pub init: bool,
}

/// Whether snapshots that are missing fail, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ci {
    /// They are written.
    Off,
    /// The flag.
    Flag,
    /// The environment variable `CI`.
    Environment,
}

impl RunArgs {
    /// Returns whether missing snapshots fail. `variable` is the environment variable `CI`.
    pub fn ci(&self, variable: Option<&str>, updates: bool) -> Ci {
        match self.ci {
            Some(true) => Ci::Flag,
            Some(false) => Ci::Off,
            None if updates || self.init => Ci::Off,
            None => match variable {
                Some("1") => Ci::Environment,
                Some(text) if text.eq_ignore_ascii_case("true") => Ci::Environment,
                _ => Ci::Off,
            },
        }
    }
}

/// Checks that flags go together.
///
/// # Errors
/// Two flags that contradict each other.
pub(super) fn check(args: &TestArgs, ci: Ci) -> Result<(), Diagnostic> {
    let run = &args.run;
    let conflict = |message: &str, help: &str| Err(Diagnostic::error(UsageCode::ConflictingFlags, message).help(help));
    let is_ci = ci == Ci::Flag;
    if is_ci && args.update_snapshot {
        return conflict("`--ci` writes no snapshots, and `-u` replaces them", "give one of them");
    }
    if run.init && (is_ci || args.update_snapshot || run.watch || run.shard.is_some()) {
        return conflict("`--init` writes new suites, and runs only these", "run `chart test` again without `--init`");
    }
    if run.init && !args.file.is_empty() {
        return conflict("`--init` writes suites to the folder `tests` of the chart", "remove `-f`");
    }
    if run.init && run.kube_version.len() > 1 {
        return conflict("`--init` writes suites for one `--kube-version`", "give one version");
    }
    if run.watch && run.shard.is_some() {
        return conflict("`--watch` runs what changed, and `--shard` a part of all suites", "give one of them");
    }
    if run.watch && is_ci {
        return conflict("`--watch` runs until you end it, and `--ci` is for runs that end", "give one of them");
    }
    if run.watch && ci == Ci::Environment {
        return conflict(
            "`--watch` runs until you end it, and the environment variable CI says that this is CI",
            "remove `--watch`, or add `--ci=false`",
        );
    }
    Ok(())
}
