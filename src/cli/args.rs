//! The flags that every rendering subcommand has, under Helm's names where Helm has them.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, FromArgMatches, ValueEnum};

use super::{Streams, UsageCode};
use crate::diagnostic::{Diagnostic, Failure, Sources, did_you_mean, io_reason, nearest};
use crate::files::{self, FileCode, MAX_TEXT};
use crate::patch::Patches;
use crate::values::{Flag, Layers, Values};

/// Flags that say what to render and how to print it.
#[derive(Debug, Args)]
pub(super) struct RenderArgs {
    /// Name of the cluster, and of the release
    #[arg(long, value_name = "NAME")]
    pub cluster: Option<String>,

    #[command(flatten)]
    pub values: ValuesArgs,

    /// Namespace of the objects
    #[arg(short = 'n', long, value_name = "NAME")]
    pub namespace: Option<String>,

    /// Make the namespaces too (deleting the output then deletes all that is in them)
    #[arg(long)]
    pub create_namespace: bool,

    /// Kubernetes version of the cluster, such as 1.36
    #[arg(long, value_name = "VERSION")]
    pub kube_version: Option<String>,

    /// Print only the objects of this id, as `# Source:` comments have it; may be repeated
    #[arg(long, value_name = "ID")]
    pub show_only: Vec<String>,

    /// Patches on the objects (JSON patches and merge patches with a target); `-` is stdin; may be repeated
    #[arg(long, value_name = "FILE")]
    pub patch: Vec<PathBuf>,

    /// Print YAML documents or one JSON list
    #[arg(short = 'o', long, value_name = "FORMAT", default_value = "yaml")]
    pub output: Format,
}

impl RenderArgs {
    /// Files and flags over `defaults`; flags apply in the order given.
    pub fn layers<'a>(&self, matches: &ArgMatches, defaults: &'a Values, streams: &mut Streams<'_>) -> Layers<'a> {
        self.values.layers(matches, defaults, |(index, ..)| *index, streams)
    }
}

/// Flags that give values. A subcommand says what it is after it takes them: this text would replace its own.
#[derive(Debug, Args)]
pub(super) struct ValuesArgs {
    /// Values that replace the defaults; `-` is stdin; may be repeated, later files win
    #[arg(short = 'f', long = "values", value_name = "FILE", value_delimiter = ',')]
    pub values: Vec<PathBuf>,

    /// Set values (a.b=c,d[0]=e,f={g,h}); flags that set values apply in the order given
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,

    /// Set values that stay text
    #[arg(long, value_name = "KEY=TEXT")]
    pub set_string: Vec<String>,

    /// Set values in JSON
    #[arg(long, value_name = "KEY=JSON")]
    pub set_json: Vec<String>,

    /// Set values to the contents of files
    #[arg(long, value_name = "KEY=FILE")]
    pub set_file: Vec<String>,

    /// Set a value to a text as it is, commas and all
    #[arg(long, value_name = "KEY=TEXT")]
    pub set_literal: Vec<String>,
}

/// How objects are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Yaml,
    Json,
}

/// A flag that sets values, and its place on the command line.
type Setting = (usize, Flag, String);

impl ValuesArgs {
    /// The flags that set values, in the order given.
    fn settings(&self, matches: &ArgMatches) -> Vec<Setting> {
        let kinds = [
            (Flag::Set, "set", &self.set),
            (Flag::SetString, "set_string", &self.set_string),
            (Flag::SetJson, "set_json", &self.set_json),
            (Flag::SetFile, "set_file", &self.set_file),
            (Flag::SetLiteral, "set_literal", &self.set_literal),
        ];
        let mut settings: Vec<Setting> = Vec::new();
        for (flag, id, texts) in kinds {
            let indices = matches.indices_of(id).into_iter().flatten();
            settings.extend(indices.zip(texts).map(|(index, text)| (index, flag, text.clone())));
        }
        settings.sort_by_key(|(index, ..)| *index);
        settings
    }

    /// Files and flags over `defaults`; flags in the order that `order` gives them.
    pub fn layers<'a, K: Ord>(
        &self,
        matches: &ArgMatches,
        defaults: &'a Values,
        order: impl Fn(&Setting) -> K,
        streams: &mut Streams<'_>,
    ) -> Layers<'a> {
        let mut layers = Layers::over(defaults);
        for path in &self.values {
            let name = display_name(path);
            match read_file(path, streams) {
                Ok(bytes) => layers.file(&name, &bytes),
                Err(error) => layers.diagnostic(unreadable(path, &name, &error)),
            };
        }
        let mut settings = self.settings(matches);
        settings.sort_by_key(order);
        for (_, flag, text) in settings {
            layers.set(flag, &text, |path| files::read(Path::new(path), MAX_TEXT).map_err(|error| io_reason(&error)));
        }
        layers
    }
}

/// The flags of a subcommand.
pub(super) fn read<T: FromArgMatches>(matches: &ArgMatches) -> Result<T, Diagnostic> {
    T::from_arg_matches(matches).map_err(|error| Diagnostic::error(UsageCode::InvalidArguments, error.to_string()))
}

/// The files that `--patch` names, each with what messages call it.
pub(super) fn patch_files(paths: &[PathBuf], streams: &mut Streams<'_>) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let (mut files, mut diagnostics) = (Vec::new(), Vec::new());
    for path in paths {
        let name = display_name(path);
        match read_file(path, streams) {
            Ok(bytes) => files.push((name, bytes)),
            Err(error) => diagnostics.push(unreadable(path, &name, &error)),
        }
    }
    if diagnostics.is_empty() { Ok(files) } else { Err(Failure::new(diagnostics, Sources::default())) }
}

/// The patches of the files that `--patch` names; their texts are added to `sources`.
pub(super) fn patches(paths: &[PathBuf], sources: &mut Sources, streams: &mut Streams<'_>) -> Result<Patches, Failure> {
    let (mut patches, mut diagnostics) = (Patches::default(), Vec::new());
    for (name, bytes) in patch_files(paths, streams)? {
        match Patches::read(sources, &name, &bytes) {
            Ok(read) => patches.extend(read),
            Err(wrong) => diagnostics.extend(wrong),
        }
    }
    if diagnostics.is_empty() { Ok(patches) } else { Err(Failure::new(diagnostics, sources.clone())) }
}

/// What messages call a file.
pub(super) fn display_name(path: &Path) -> String {
    if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() }
}

pub(super) fn read_file(path: &Path, streams: &mut Streams<'_>) -> std::io::Result<Vec<u8>> {
    if path == Path::new("-") {
        return files::read_stream(&mut *streams.stdin, MAX_TEXT);
    }
    files::read(path, MAX_TEXT)
}

/// A file that is not there was mostly meant to be one beside it.
pub(super) fn unreadable(path: &Path, name: &str, error: &std::io::Error) -> Diagnostic {
    let diagnostic =
        Diagnostic::error(FileCode::of_reading(error), format!("cannot read `{name}`: {}", io_reason(error)));
    let diagnostic = diagnostic.names_file(name);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let wanted = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match nearest(wanted, names.iter().map(String::as_str)) {
        Some(near) if error.kind() == std::io::ErrorKind::NotFound => diagnostic.help(did_you_mean(near)),
        _ => diagnostic,
    }
}
