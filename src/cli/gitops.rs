//! `mkmanifests gitops FLEET --out DIR`.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, ValueEnum, ValueHint};

use super::args::read;
use super::console::Console;
use super::{CHECK_FAILED, DONE, Error, progress, usage};
use crate::diagnostic::{Diagnostic, Sources};
use crate::fetch::Settings;
use crate::gitops::{
    self, ChangeKind, Fleet, GitSource, GitopsCode, Layout, Options, Report, Secrets, Selection, Shard,
};

/// The flags of `gitops`.
#[derive(Debug, Args)]
pub(super) struct GitopsArgs {
    /// Folder of the fleet
    ///
    /// A folder in it with a `cluster.yaml` is a cluster, and the files beside `cluster.yaml` are the cluster's apps.
    #[arg(value_name = "FLEET", value_hint = ValueHint::DirPath)]
    fleet: PathBuf,

    /// Folder of the rendered tree
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: PathBuf,

    /// Compare with the rendered tree instead of writing it
    ///
    /// Prints a diff for each object that differs. The exit code is 1 if there are differences.
    #[arg(long)]
    check: bool,

    /// Treat warnings about objects of one cluster as errors
    ///
    /// These are the warnings that `mkmanifests check` gives, such as a Service that selects no pods.
    #[arg(long)]
    strict: bool,

    /// Overwrite and remove files that were edited by hand
    #[arg(long, conflicts_with = "check")]
    force: bool,

    /// Reject charts with symbolic links that leave their folder
    #[arg(long)]
    no_external_links: bool,

    /// Number of threads [default: number of processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,

    /// Output format: text or JSON
    #[arg(short = 'o', long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    output: Format,

    /// One file per object (`objects`) or per app (`apps`)
    #[arg(long, value_name = "LAYOUT", default_value = "objects", help_heading = TREE, hide_possible_values = true)]
    layout: LayoutName,

    /// Secrets: refuse, external, omit or plain
    ///
    /// `refuse`: a Secret is an error. `external`: an ExternalSecret replaces each Secret. `omit`: Secrets are left out.
    /// `plain`: Secrets are written as they are.
    #[arg(long, value_name = "MODE", default_value = "refuse", help_heading = TREE, hide_possible_values = true)]
    secrets: SecretsName,

    /// Add an ApplicationSet for Argo CD
    #[arg(long, help_heading = TREE)]
    argocd: bool,

    /// Add Kustomizations for Flux
    #[arg(long, help_heading = TREE)]
    flux: bool,

    /// URL of the tree's repository, for Argo CD
    #[arg(long, value_name = "URL", help_heading = TREE)]
    repo_url: Option<String>,

    /// Path of the tree in its repository
    ///
    /// The default is the path that `--out` gives, if that is relative.
    #[arg(long, value_name = "PATH", help_heading = TREE)]
    repo_path: Option<String>,

    /// Branch, tag or commit that Argo CD deploys
    #[arg(long, value_name = "REVISION", default_value = "HEAD", help_heading = TREE)]
    revision: String,

    /// Render only clusters at or below a path (repeatable)
    ///
    /// The path is relative to the fleet.
    #[arg(long, value_name = "PATH", help_heading = SELECTION)]
    only: Vec<String>,

    /// Render only every N-th cluster, starting with the I-th
    ///
    /// For several machines that share the work. I counts from 1 to N, or from 0 to N-1.
    #[arg(long, value_name = "I/N", value_parser = Shard::parse, help_heading = SELECTION)]
    shard: Option<Shard>,

    /// Render only clusters affected since a Git revision
    #[arg(long, value_name = "REVISION", help_heading = SELECTION)]
    changed_since: Option<String>,
}

/// The heading of the flags about what is in the rendered tree.
const TREE: &str = "Rendered tree";

/// The heading of the flags that select clusters.
const SELECTION: &str = "Selection of clusters";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LayoutName {
    Objects,
    Apps,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SecretsName {
    Refuse,
    External,
    Omit,
    Plain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    let args: GitopsArgs = read(matches)?;
    if let Some(diagnostic) = usage::component_as_path(&args.fleet, "gitops") {
        return Err(diagnostic.into());
    }
    let fleet = Fleet::read(&args.fleet)?;
    let fleet =
        if fleet.has_chart_lock() { fleet.with_chart_cache(Settings::from_environment().content_cache) } else { fleet };
    let fleet = if args.no_external_links { fleet.without_external_links() } else { fleet };
    let bar = console.shows_progress().then(|| progress::bar("{bar:30} {percent} % of the clusters, {elapsed}"));
    let progress = |done: usize, of: usize| {
        if let Some(bar) = &bar {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        }
    };
    let out = args.out.display().to_string();
    // The streams belong to this thread, and the note has to appear while the run waits.
    let waiting = || eprintln!("note: another run is writing `{out}`; waiting for it");
    let waiting: Option<&(dyn Fn() + Sync)> = if console.is_quiet() { None } else { Some(&waiting) };
    let options = Options { progress: Some(&progress), waiting, ..options(&args)? };
    let result = if args.check {
        gitops::check(&fleet, &args.out, &options)
    } else {
        gitops::write(&fleet, &args.out, &options)
    };
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    print(&result?, &args, console)
}

fn options(args: &GitopsArgs) -> Result<Options<'static>, Diagnostic> {
    let path = match (&args.repo_path, args.argocd || args.flux) {
        (Some(path), _) => path.trim_matches('/').to_owned(),
        (None, true) => path_in_repository(&args.out)?,
        (None, false) => String::new(),
    };
    Ok(Options {
        layout: match args.layout {
            LayoutName::Objects => Layout::Objects,
            LayoutName::Apps => Layout::Apps,
        },
        secrets: match args.secrets {
            SecretsName::Refuse => Secrets::Refuse,
            SecretsName::External => Secrets::External,
            SecretsName::Omit => Secrets::Omit,
            SecretsName::Plain => Secrets::Plain,
        },
        argocd: args.argocd,
        flux: args.flux,
        strict: args.strict,
        git: GitSource { repo_url: args.repo_url.clone(), revision: args.revision.clone(), path },
        selection: Selection { only: args.only.clone(), shard: args.shard, changed_since: args.changed_since.clone() },
        jobs: args.jobs.map(usize::from),
        force: args.force,
        ..Options::default()
    })
}

/// Returns the path of the tree in its repository: a relative `--out` is most likely given from the top of the repository.
fn path_in_repository(out: &Path) -> Result<String, Diagnostic> {
    let parts: Option<Vec<&str>> = out
        .components()
        .filter(|part| !matches!(part, std::path::Component::CurDir))
        .map(|part| match part {
            std::path::Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    parts.map(|parts| parts.join("/")).ok_or_else(|| {
        let diagnostic = Diagnostic::error(
            GitopsCode::MissingRepositoryPath,
            format!("cannot tell where `{}` is in its Git repository", out.display()),
        );
        diagnostic.help("set `--repo-path`, or run from the top of the repository with a relative `--out`")
    })
}

fn print(report: &Report, args: &GitopsArgs, console: &mut Console<'_>) -> Result<u8, Error> {
    console.report(&report.warnings, &report.sources);
    match args.output {
        Format::Json => console.stdout.write_all(report.json().as_bytes())?,
        Format::Text if args.check => {
            let diffs = report.diffs(console.color_stdout);
            console.stdout.write_all(diffs.as_bytes())?;
        }
        Format::Text => {}
    }
    console.stdout.flush()?;
    if !args.check {
        warn_foreign_files(report, &args.out, console);
    }
    console.inform(&report.summary().to_string());
    Ok(if args.check && !report.is_clean() { CHECK_FAILED } else { DONE })
}

/// Warns about files that mkmanifests did not write: they stay, and nothing deploys them.
fn warn_foreign_files(report: &Report, out: &Path, console: &mut Console<'_>) {
    let changes = report.changes.iter().filter(|change| change.change == ChangeKind::Unexpected);
    let warnings: Vec<Diagnostic> = changes
        .map(|change| {
            let path = out.join(&change.path);
            let message = format!("`{}` was not written by mkmanifests and is left alone", path.display());
            Diagnostic::warning(GitopsCode::ForeignFile, message)
        })
        .collect();
    console.report(&warnings, &Sources::default());
}
