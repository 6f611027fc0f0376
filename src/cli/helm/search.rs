//! `helm search repo`: searches the cached indexes of the repositories.

use clap::{Arg, ArgMatches, Command};

use super::{Context, Error, flags, print, table, typed};
use crate::fetch::repositories::{self, CachedIndexes};
use crate::fetch::search::{Query, search};

/// The widest column, unless a flag says otherwise.
const MAX_WIDTH: usize = 50;

pub(super) fn command() -> Command {
    let keyword = || Arg::new("keyword").value_name("KEYWORD").num_args(0..).help("What to search for");
    let shared = || {
        let width = flags::text("max-col-width", "N", "Most characters of a column; 0 is no limit");
        [
            flags::switch("fail-on-no-result", "Fail if nothing is found"),
            width.value_parser(typed::unsigned()).default_value("50"),
            flags::output(),
            keyword(),
        ]
    };
    let repo = Command::new("repo")
        .about("Searches the repositories that were added")
        .override_usage("helm search repo [keyword] [flags]")
        .args([
            flags::switch("devel", "Also find pre-releases; ignored with --version"),
            flags::switch("regexp", "The keyword is a regular expression").short('r'),
            flags::text("version", "VERSION", "Find only versions in this range"),
            flags::switch("versions", "Show all versions of each chart").short('l'),
        ])
        .args(shared());
    let hub = Command::new("hub")
        .about("Searches Artifact Hub (not supported)")
        .override_usage("helm search hub [KEYWORD] [flags]")
        .args([
            flags::text("endpoint", "URL", "Address of the hub"),
            flags::switch("list-repo-url", "Print the addresses of the repositories"),
        ])
        .args(shared());
    Command::new("search").about("Searches for charts").subcommands([hub, repo])
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let Some(("repo", matches)) = matches.subcommand() else {
        let message = "`search hub` is not supported: search on https://artifacthub.io, then add the repository with \
                       `helm repo add` and use `helm search repo`";
        return Err(Error::Message(message.to_owned()));
    };
    let keyword = flags::texts_of(matches, "keyword");
    let query = Query {
        keyword: (!keyword.is_empty()).then(|| keyword.join(" ")),
        regexp: flags::is_set(matches, "regexp"),
        versions: flags::is_set(matches, "versions"),
        version: flags::text_of(matches, "version"),
        devel: flags::is_set(matches, "devel"),
    };
    let CachedIndexes { indexes, warnings } = repositories::cached_indexes(&context.settings)?;
    for warning in &warnings {
        context.console.write_error(&format!("{warning}\n"));
    }
    let found = search(&indexes, &query).map_err(Error::Message)?;
    if found.is_empty() && flags::is_set(matches, "fail-on-no-result") {
        return Err(Error::Message("no results found".to_owned()));
    }
    let format = flags::text_of(matches, "output");
    if found.is_empty() && format == "table" {
        return print(b"No results found\n", context);
    }
    let rows: Vec<_> = found
        .into_iter()
        .map(|one| {
            [
                ("name", one.name),
                ("version", one.version),
                ("app_version", one.app_version),
                ("description", one.description),
            ]
        })
        .collect();
    let width = flags::text_of(matches, "max-col-width").parse().unwrap_or(MAX_WIDTH);
    let headers = Some(["NAME", "CHART VERSION", "APP VERSION", "DESCRIPTION"]);
    print(&table::write(&rows, headers, width, &format), context)
}
