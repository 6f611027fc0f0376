//! `helm package`: packs folders of charts into archives.

use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};

use super::{Context, Error, dependency, failure, flags, locate, print};
use crate::chart::{self, Archive, PackageOptions, Times};
use crate::cli::DONE;
use crate::diagnostic::io_reason;
use crate::fetch::provenance::{self, SigningKey};
use crate::go::quote::quote;

/// The variable with the time of all files, in seconds since 1970.
const SOURCE_DATE_EPOCH: &str = "SOURCE_DATE_EPOCH";

pub(super) fn command() -> Command {
    let paths = Arg::new("path").value_name("CHART_PATH").help("Folder of a chart").value_hint(ValueHint::DirPath);
    let destination = flags::text("destination", "DIR", "Folder to write the archive to").short('d');
    Command::new("package")
        .about("Packs folders of charts into archives")
        .override_usage("helm package [CHART_PATH] [...] [flags]")
        .args([
            flags::switch("sign", "Sign the archive with a PGP key"),
            flags::text("key", "NAME", "Name of the key to sign with"),
            flags::keyring(),
            flags::file("passphrase-file", "File with the passphrase of the key; `-` reads stdin"),
            flags::text("version", "VERSION", "Version of the chart, instead of the one in Chart.yaml"),
            flags::text("app-version", "VERSION", "Version of the app, instead of the one in Chart.yaml"),
            destination.default_value("."),
            flags::switch("dependency-update", "Download the dependencies first").short('u'),
        ])
        .args(flags::connection().into_iter().filter(|flag| flag.get_id() != "pass-credentials"))
        .arg(paths.action(ArgAction::Append).num_args(0..))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let paths = flags::texts_of(matches, "path");
    if paths.is_empty() {
        return Err(Error::Message("need at least one argument, the path to the chart".to_owned()));
    }
    let times = times().map_err(Error::Message)?;
    let text = |name| flags::text_of(matches, name);
    if flags::is_set(matches, "sign") && text("key").is_empty() {
        return Err(Error::Message("--key is required for signing a package".to_owned()));
    }
    let (version, app_version) = (text("version"), text("app-version"));
    let options = PackageOptions { version: &version, app_version: &app_version, times };
    let mut passphrases = Passphrases { file: text("passphrase-file"), known: None };
    for path in &paths {
        let saved = package(path, matches, &options, &mut passphrases, context)?;
        print(format!("Successfully packaged chart and saved it to: {}\n", saved.display()).as_bytes(), context)?;
    }
    Ok(DONE)
}

/// Returns the times of files: `SOURCE_DATE_EPOCH`, or their own.
///
/// # Errors
/// Helm's text for a variable that is not a number, or negative.
pub(in crate::cli) fn times() -> Result<Times, String> {
    let source_date_epoch = source_date_epoch(std::env::var(SOURCE_DATE_EPOCH).ok())?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    Ok(Times { source_date_epoch, now: i64::try_from(now).unwrap_or_default() })
}

/// Reads the time of all files.
///
/// # Errors
/// Helm's text for a value that is not a number, or negative.
fn source_date_epoch(text: Option<String>) -> Result<Option<i64>, String> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let invalid = |why: &str| format!("invalid {SOURCE_DATE_EPOCH}: {why}");
    let digits = text.strip_prefix(['-', '+']).unwrap_or(&text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<i64>() {
        Ok(0..) => Ok(text.parse().ok()),
        Ok(_) => Err(invalid("must not be negative")),
        Err(_) => {
            let why = if is_number { "value out of range" } else { "invalid syntax" };
            Err(invalid(&format!("strconv.ParseInt: parsing {}: {why}", quote(text.as_bytes()))))
        }
    }
}

/// Packs one folder. Returns the path of the archive.
fn package(
    path: &str,
    matches: &ArgMatches,
    options: &PackageOptions<'_>,
    passphrases: &mut Passphrases,
    context: &mut Context<'_, '_>,
) -> Result<PathBuf, Error> {
    let message = |text: String| Error::Message(text);
    fs::metadata(path).map_err(|error| message(format!("stat {path}: {}", io_reason(&error))))?;
    let folder = clean(&std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path)));
    if flags::is_set(matches, "dependency-update") {
        dependency::update_first(&folder, matches, context)?;
    }
    let file = folder.join("Chart.yaml");
    if let Err(error) = fs::File::open(&file) {
        let file = file.display();
        return Err(message(format!("unable to detect chart at {file}: open {file}: {}", io_reason(&error))));
    }
    let chart = locate::load(&folder).map_err(|failure| first(&failure.diagnostics))?;
    let archive = chart::package(&chart, options).map_err(|diagnostic| message(failure::text(&diagnostic)))?;
    let destination = flags::text_of(matches, "destination");
    let saved = save(&archive, &destination).map_err(|why| message(format!("failed to save: {why}")))?;
    if flags::is_set(matches, "sign") {
        let metadata = &archive.metadata;
        sign(&archive, &saved, metadata, passphrases, matches, context)?;
    }
    Ok(saved)
}

fn first(diagnostics: &[crate::diagnostic::Diagnostic]) -> Error {
    Error::Message(diagnostics.first().map(failure::text).unwrap_or_default())
}

/// Writes an archive into a folder, whole or not at all. Returns its path.
///
/// # Errors
/// Helm's text.
pub(in crate::cli) fn save(archive: &Archive, destination: &str) -> Result<PathBuf, String> {
    let folder = match destination {
        "." => std::env::current_dir().map_err(|error| io_reason(&error))?,
        other => PathBuf::from(other),
    };
    let saved = clean(&folder.join(&archive.file_name));
    let folder = saved.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let reason = |what: &str, error: &io::Error| format!("{what} {}: {}", folder.display(), io_reason(error));
    match fs::metadata(folder) {
        Ok(metadata) if !metadata.is_dir() => return Err(format!("is not a directory: {}", folder.display())),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder).map_err(|error| reason("mkdir", &error))?;
        }
        Err(error) => return Err(reason("stat", &error)),
    }
    let written = new_file(folder).and_then(|mut part| {
        part.write_all(&archive.data)?;
        part.persist(&saved)?;
        Ok(())
    });
    written.map_err(|error| format!("open {}: {}", saved.display(), io_reason(&error)))?;
    Ok(saved)
}

/// Creates a temporary file that others may read as far as the umask allows, as any new file.
#[cfg(unix)]
fn new_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}

#[cfg(not(unix))]
fn new_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::NamedTempFile::new_in(folder)
}

/// Removes `.` and every `..` with the step before it, as Go's `filepath.Clean`.
fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for step in path.components() {
        match (step, cleaned.components().next_back()) {
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir)) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                cleaned.pop();
            }
            (step, _) => cleaned.push(step),
        }
    }
    cleaned
}

/// Signs an archive, and writes the signature beside it.
fn sign(
    archive: &Archive,
    saved: &Path,
    metadata: &[u8],
    passphrases: &mut Passphrases,
    matches: &ArgMatches,
    context: &mut Context<'_, '_>,
) -> Result<(), Error> {
    let keyring = flags::path_of(matches, "keyring").unwrap_or_else(|| context.settings.keyring.clone());
    let id = flags::text_of(matches, "key");
    let key = SigningKey { keyring: &keyring, id: &id, passphrase: &mut |name| passphrases.get(name, context) };
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let time = u32::try_from(seconds).unwrap_or(u32::MAX);
    let text = provenance::sign(&archive.data, &archive.file_name, metadata, key, time)
        .map_err(|error| Error::Message(error.to_string()))?;
    let path = format!("{}.prov", saved.display());
    fs::write(&path, text).map_err(|error| Error::Message(format!("open {path}: {}", io_reason(&error))))
}

/// The passphrase, which is read once for all charts.
struct Passphrases {
    /// `--passphrase-file`.
    file: String,
    known: Option<Vec<u8>>,
}

impl Passphrases {
    /// Returns the first line of the file. Helm opens the file even if the key is not locked.
    fn read(&mut self, context: &mut Context<'_, '_>) -> Result<(), String> {
        if self.file.is_empty() || self.known.is_some() {
            return Ok(());
        }
        let mut text = Vec::new();
        if self.file == "-" {
            context.console.stdin.read_to_end(&mut text).map_err(|error| io_reason(&error))?;
            if text.is_empty() {
                return Err("specified reading passphrase from stdin, without input on stdin".to_owned());
            }
        } else {
            text = fs::read(&self.file).map_err(|error| format!("open {}: {}", self.file, io_reason(&error)))?;
        }
        if text.is_empty() {
            return Err("EOF".to_owned());
        }
        let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        self.known = Some(line.strip_suffix(b"\r").unwrap_or(line).to_vec());
        Ok(())
    }

    /// Returns the passphrase of a key.
    fn get(&mut self, name: &str, context: &mut Context<'_, '_>) -> Result<Vec<u8>, String> {
        self.read(context)?;
        let missing =
            || format!("the key {} is locked: give its passphrase with --passphrase-file", quote(name.as_bytes()));
        self.known.clone().ok_or_else(missing)
    }
}
