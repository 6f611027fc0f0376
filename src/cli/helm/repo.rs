//! `helm repo`: adds, lists, updates, removes and indexes chart repositories.

use std::path::Path;
use std::time::Duration;

use clap::{Arg, ArgMatches, Command, ValueHint};

use super::{Context, Error, flags, print, table};
use crate::fetch::repository::{Entry, Repositories};
use crate::fetch::{index_folder, repositories};

/// How long a download of an index may take.
const TIMEOUT: &str = "2m0s";

pub(super) fn command() -> Command {
    Command::new("repo").about("Manages chart repositories").subcommands([add(), index(), list(), remove(), update()])
}

fn add() -> Command {
    let connection = flags::connection().into_iter().filter(|flag| flag.get_id() != "plain-http");
    Command::new("add")
        .about("Adds a chart repository")
        .override_usage("helm repo add [NAME] [URL] [flags]")
        .args([
            flags::switch("allow-deprecated-repos", "Also add repositories that no longer exist"),
            flags::switch("force-update", "Replace a repository of the same name"),
            flags::switch("password-stdin", "Read the password from stdin"),
            timeout(),
        ])
        .args(connection)
        .arg(Arg::new("name").value_name("NAME").required(true).help("Name of the repository"))
        .arg(Arg::new("url").value_name("URL").required(true).help("Address of the repository"))
}

fn timeout() -> Arg {
    flags::timeout("How long the download of the index may take").default_value(TIMEOUT)
}

fn list() -> Command {
    Command::new("list")
        .visible_alias("ls")
        .about("Lists the chart repositories")
        .override_usage("helm repo list [flags]")
        .args([flags::switch("no-headers", "Leave out the headers of the table"), flags::output()])
}

fn update() -> Command {
    Command::new("update")
        .visible_alias("up")
        .about("Downloads the indexes of chart repositories")
        .override_usage("helm repo update [REPO1 [REPO2 ...]] [flags]")
        .arg(timeout())
        .arg(Arg::new("names").value_name("NAME").num_args(0..).help("Names of repositories [default: all]"))
}

fn remove() -> Command {
    Command::new("remove")
        .visible_alias("rm")
        .about("Removes chart repositories")
        .override_usage("helm repo remove [REPO1 [REPO2 ...]] [flags]")
        .arg(Arg::new("names").value_name("NAME").required(true).num_args(1..).help("Names of repositories"))
}

fn index() -> Command {
    let folder = Arg::new("folder").value_name("DIR").required(true).value_hint(ValueHint::DirPath);
    Command::new("index")
        .about("Writes the index of a folder with packed charts")
        .override_usage("helm repo index [DIR] [flags]")
        .args([
            flags::text("url", "URL", "Address of the repository, for absolute URLs"),
            flags::file("merge", "Index whose entries are added"),
            flags::switch("json", "Write JSON"),
        ])
        .arg(folder.help("Folder of the packed charts"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    match matches.subcommand() {
        Some(("add", matches)) => run_add(matches, context),
        Some(("list", matches)) => run_list(matches, context),
        Some(("update", matches)) => run_update(matches, context),
        Some(("remove", matches)) => run_remove(matches, context),
        Some((_, matches)) => run_index(matches, context),
        None => Err(Error::Message("no subcommand".to_owned())),
    }
}

fn run_add(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let text = |name| flags::text_of(matches, name);
    let mut entry = Entry {
        name: text("name"),
        url: text("url"),
        username: text("username"),
        password: text("password"),
        cert_file: text("cert-file"),
        key_file: text("key-file"),
        ca_file: text("ca-file"),
        insecure_skip_tls_verify: flags::is_set(matches, "insecure-skip-tls-verify"),
        pass_credentials_all: flags::is_set(matches, "pass-credentials"),
    };
    if !flags::is_set(matches, "allow-deprecated-repos") {
        repositories::check_deprecated(&entry.url)?;
    }
    if !entry.username.is_empty() && entry.password.is_empty() {
        entry.password = password(matches, context)?;
    }
    let force = flags::is_set(matches, "force-update");
    let is_new = repositories::add(&context.settings, &entry, force, timeout_of(matches))?;
    let name = crate::go::quote::quote(entry.name.as_bytes());
    let line = if is_new {
        format!("{name} has been added to your repositories\n")
    } else {
        format!("{name} already exists with the same configuration, skipping\n")
    };
    print(line.as_bytes(), context)
}

/// Reads a password from stdin.
fn password(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<String, Error> {
    if !flags::is_set(matches, "password-stdin") {
        let message = "no password: use --password-stdin or --password; this program asks for none on a terminal";
        return Err(Error::Message(message.to_owned()));
    }
    let mut text = String::new();
    context.console.stdin.read_to_string(&mut text)?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

fn timeout_of(matches: &ArgMatches) -> Duration {
    let parsed = crate::go::duration::Duration::parse(flags::text_of(matches, "timeout").as_bytes());
    let nanoseconds = parsed.map_or(0, |duration| duration.0);
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or_default())
}

fn run_list(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    // Helm ignores a file that it cannot read.
    let entries = Repositories::load(&context.settings.repository_config).ok().flatten().unwrap_or_default().entries;
    let format = flags::text_of(matches, "output");
    if entries.is_empty() && format == "table" {
        context.console.write_error("no repositories to show\n");
        return Ok(super::DONE);
    }
    let fields = |entry: &Entry| [("name", entry.name.clone()), ("url", entry.url.clone())];
    let headers = if flags::is_set(matches, "no-headers") { None } else { Some(["NAME", "URL"]) };
    let rows: Vec<_> = entries.iter().map(fields).collect();
    print(&table::write(&rows, headers, 0, &format), context)
}

fn run_update(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let names = flags::texts_of(matches, "names");
    let settings = context.settings.clone();
    let result = repositories::update(&settings, &names, timeout_of(matches), context.console.stdout);
    context.console.stdout.flush()?;
    result?;
    Ok(super::DONE)
}

fn run_remove(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    for name in flags::texts_of(matches, "names") {
        repositories::remove(&context.settings, &name)?;
        let name = crate::go::quote::quote(name.as_bytes());
        print(format!("{name} has been removed from your repositories\n").as_bytes(), context)?;
    }
    Ok(super::DONE)
}

fn run_index(matches: &ArgMatches, _: &mut Context<'_, '_>) -> Result<u8, Error> {
    let folder = flags::text_of(matches, "folder");
    let is_json = flags::is_set(matches, "json");
    let merge = flags::path_of(matches, "merge");
    index_folder::write(Path::new(&folder), &flags::text_of(matches, "url"), merge.as_deref(), is_json)?;
    Ok(super::DONE)
}
