//! `helm lint`: checks charts by Helm's own rules, with Helm's messages.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Context, Error, FAILED, flags, print, values};
use crate::chart::lint::{self, Linted, Message, Options, Severity, UserValues};
use crate::cli::DONE;
use crate::diagnostic::io_reason;
use crate::kube_version::KubeVersion;

pub(super) fn command() -> Command {
    let paths = Arg::new("path").value_name("PATH").help("Folder or archive of a chart").required(true);
    Command::new("lint")
        .about("Checks charts for mistakes")
        .override_usage("helm lint PATH [flags]")
        .args(flags::values())
        .args([
            flags::switch("strict", "Fail on warnings"),
            flags::switch("with-subcharts", "Also check the charts below charts/"),
            flags::switch("quiet", "Print only warnings and errors"),
            flags::switch("skip-schema-validation", "Skip the validation against values.schema.json"),
            flags::text("kube-version", "VERSION", "Kubernetes version, for capabilities and deprecated APIs"),
        ])
        .arg(paths.action(ArgAction::Append).num_args(1..))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let options = Options {
        namespace: context.namespace.clone(),
        kube_version: kube_version(matches)?,
        skip_schema: flags::is_set(matches, "skip-schema-validation"),
    };
    let paths = paths(matches);
    let values = UserValues::new(&values::read(matches, context)?);
    let (is_strict, is_quiet) = (flags::is_set(matches, "strict"), flags::is_set(matches, "quiet"));
    let lowest = if is_strict { Severity::Warning } else { Severity::Error };
    let (mut text, mut failed, mut noticed) = (String::new(), 0, false);
    for path in &paths {
        let result = lint(Path::new(path), &values, &options);
        let (messages, error) = match &result {
            Ok(Linted { messages, log }) => {
                log.iter().for_each(|line| context.console.write_error(&format!("{line}\n")));
                (messages.as_slice(), None)
            }
            Err(error) => ([].as_slice(), Some(error)),
        };
        let shown = |message: &&Message| !is_quiet || message.severity > Severity::Info;
        let is_noticed = error.is_some() || messages.iter().any(|message| message.severity > Severity::Info);
        noticed |= is_noticed;
        if is_quiet && !is_noticed {
            continue;
        }
        text.push_str(&format!("==> Linting {path}\n"));
        text.extend(error.map(|error| format!("Error {error}\n")));
        text.extend(messages.iter().filter(shown).map(|message| format!("{message}\n")));
        text.push('\n');
        failed += usize::from(error.is_some() || messages.iter().any(|message| message.severity >= lowest));
    }
    let summary = format!("{} chart(s) linted, {failed} chart(s) failed", paths.len());
    if failed > 0 {
        print(text.as_bytes(), context)?;
        context.console.write_error(&format!("Error: {summary}\n"));
        return Ok(FAILED);
    }
    if !is_quiet || noticed {
        text.push_str(&summary);
        text.push('\n');
    }
    print(text.as_bytes(), context)?;
    Ok(DONE)
}

fn kube_version(matches: &ArgMatches) -> Result<Option<KubeVersion>, Error> {
    let text = flags::text_of(matches, "kube-version");
    if text.is_empty() {
        return Ok(None);
    }
    KubeVersion::parse(&text).map(Some).map_err(|error| Error::Message(error.to_string()))
}

/// Returns the paths on the command line and, with `--with-subcharts`, those of all charts below `charts/`.
fn paths(matches: &ArgMatches) -> Vec<String> {
    let mut paths = flags::texts_of(matches, "path");
    if flags::is_set(matches, "with-subcharts") {
        for path in paths.clone() {
            let mut found = Vec::new();
            subcharts(&Path::new(&path).join("charts"), &mut found);
            paths.extend(found.iter().map(|path| path.display().to_string()));
        }
    }
    paths
}

/// Collects the charts below a folder in the order of their names. Symbolic links are not followed.
fn subcharts(folder: &Path, found: &mut Vec<PathBuf>) {
    let is_folder = fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir());
    let entries = if is_folder { fs::read_dir(folder).ok() } else { None };
    let mut paths: Vec<PathBuf> = entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.file_name().is_some_and(|name| name == "Chart.yaml") {
            found.push(folder.to_owned());
        } else if is_archive(&path) {
            found.push(path.clone());
        }
        subcharts(&path, found);
    }
}

fn is_archive(path: &Path) -> bool {
    let name = path.to_string_lossy();
    name.ends_with(".tgz") || name.ends_with(".tar.gz")
}

/// Lints one chart.
///
/// # Errors
/// Helm's text about a path that is not a chart.
fn lint(path: &Path, values: &UserValues, options: &Options) -> Result<Linted, String> {
    if !is_archive(path) {
        return lint_folder(path, values, options);
    }
    let folder = tempfile::Builder::new().prefix("helm-lint").tempdir();
    let folder =
        folder.map_err(|error| format!("unable to create temp dir to extract tarball: {}", io_reason(&error)))?;
    let packed = fs::read(path)
        .map_err(|error| format!("unable to open tarball: open {}: {}", path.display(), io_reason(&error)))?;
    let expanded = lint::expand(&packed, folder.path()).map_err(|why| format!("unable to extract tarball: {why}"))?;
    lint_folder(&expanded, values, options)
}

fn lint_folder(path: &Path, values: &UserValues, options: &Options) -> Result<Linted, String> {
    let file = path.join("Chart.yaml");
    match fs::metadata(&file) {
        Ok(_) => Ok(lint::lint(path, values, options)),
        Err(error) => {
            let why = format!("stat {}: {}", file.display(), io_reason(&error));
            Err(format!("unable to check Chart.yaml file in chart: {why}"))
        }
    }
}
