//! `mkmanifests gitops FLEET --out DIR`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgMatches, Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::read;
use super::{DONE, Error, NO, Streams};
use crate::diagnostic::{self, Diagnostic, Failure, Sources};
use crate::gitops::{self, Fleet, GitSource, GitopsCode, Layout, Options, Report, Secrets, Selection, Shard, What};

/// Flags of `gitops`.
#[derive(Debug, Args)]
pub(super) struct GitopsArgs {
    /// Folder of the fleet: a folder in it with a `cluster.yaml` is a cluster, the files beside that are its apps
    #[arg(value_name = "FLEET")]
    fleet: PathBuf,

    /// Folder of the tree
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Compare instead of writing: print a diff of each object that differs, and exit with 1 if there is any
    #[arg(long)]
    check: bool,

    /// One file an object, or one an app
    #[arg(long, value_name = "LAYOUT", default_value = "objects")]
    layout: LayoutName,

    /// What becomes of Secrets: an error, an ExternalSecret in the place of each, nothing, or what they are
    #[arg(long, value_name = "WHAT", default_value = "refuse")]
    secrets: SecretsName,

    /// Hold the objects of each cluster to one another too, as `check --strict` does
    #[arg(long)]
    strict: bool,

    /// Overwrite and remove files that somebody edited
    #[arg(long, conflicts_with = "check")]
    force: bool,

    /// Add an ApplicationSet for Argo CD
    #[arg(long)]
    argocd: bool,

    /// Add Kustomizations for Flux
    #[arg(long)]
    flux: bool,

    /// Repository of the tree, as Argo CD reaches it
    #[arg(long, value_name = "URL")]
    repo_url: Option<String>,

    /// Path of the tree in the repository [default: what --out says, if it is a relative path]
    #[arg(long, value_name = "PATH")]
    repo_path: Option<String>,

    /// Branch, tag or commit that Argo CD reads
    #[arg(long, value_name = "REVISION", default_value = "HEAD")]
    revision: String,

    /// Refuse charts whose folders link to files outside of them
    #[arg(long)]
    no_external_links: bool,

    /// Only the clusters at or below this path of the fleet; may be repeated
    #[arg(long, value_name = "PATH")]
    only: Vec<String>,

    /// Only every N-th cluster, beginning with the I-th (1 to N, or 0 to N-1)
    #[arg(long, value_name = "I/N", value_parser = Shard::parse)]
    shard: Option<Shard>,

    /// Only the clusters that changes since this Git revision can affect
    #[arg(long, value_name = "REVISION")]
    changed_since: Option<String>,

    /// How many threads render [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,

    /// Print text, or JSON for programs
    #[arg(short = 'o', long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

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

pub(super) fn run(matches: &ArgMatches, streams: &mut Streams<'_>) -> Result<u8, Error> {
    let args: GitopsArgs = read(matches)?;
    let fleet = Fleet::read(&args.fleet)?;
    let fleet = if args.no_external_links { fleet.without_external_links() } else { fleet };
    let bar = (streams.terminal && !matches.get_flag("quiet")).then(bar);
    let progress = |done: usize, of: usize| {
        if let Some(bar) = &bar {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        }
    };
    let out = args.out.display().to_string();
    // Both streams are the caller's: what a thread has to say at once goes past them.
    let waiting = || eprintln!("note: another run is writing `{out}`; waiting for it");
    let options = Options { progress: Some(&progress), waiting: Some(&waiting), ..options(&args)? };
    let result = if args.check {
        gitops::check(&fleet, &args.out, &options)
    } else {
        gitops::write(&fleet, &args.out, &options)
    };
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    print(&result?, &args, matches.get_flag("quiet"), streams)
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

/// Whoever names the tree by a relative path mostly stands at the top of the repository.
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
            format!("it is not known where `{}` is in Git", out.display()),
        );
        diagnostic.help("say it with `--repo-path`, or give `--out` from the top of the repository")
    })
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} clusters, {elapsed}");
    let bar = style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn print(report: &Report, args: &GitopsArgs, quiet: bool, streams: &mut Streams<'_>) -> Result<u8, Error> {
    if !quiet && !report.warnings.is_empty() {
        let text = diagnostic::render(&report.warnings, &report.sources, streams.color);
        let _ = writeln!(streams.stderr, "{text}\n");
    }
    match args.output {
        Format::Json => streams.stdout.write_all(report.json().as_bytes())?,
        Format::Text if args.check => streams.stdout.write_all(report.diffs(streams.color_stdout).as_bytes())?,
        Format::Text => {}
    }
    streams.stdout.flush()?;
    if !quiet {
        note_unexpected(report, args, streams);
        let _ = writeln!(streams.stderr, "{}", report.summary());
    }
    Ok(if args.check && !report.is_clean() { NO } else { DONE })
}

/// Files that somebody added stay, but are no part of what is deployed.
fn note_unexpected(report: &Report, args: &GitopsArgs, streams: &mut Streams<'_>) {
    if args.check {
        return;
    }
    let diagnostics = report.changes.iter().filter(|change| change.change == What::Unexpected).map(|change| {
        let path = args.out.join(&change.path);
        Diagnostic::warning(
            GitopsCode::ForeignFile,
            format!("`{}` was not written by mkmanifests; it is left alone", path.display()),
        )
    });
    let failure = Failure::new(diagnostics.collect(), Sources::default());
    if !failure.diagnostics.is_empty() {
        let _ = writeln!(streams.stderr, "{}\n", failure.render(streams.color));
    }
}
