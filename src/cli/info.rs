//! `values`, `schema`, `completions` and `man`: the subcommands that describe the program.

use std::path::PathBuf;

use clap::ArgMatches;
use clap_complete::Shell;

use super::console::Console;
use super::{DONE, Error, UsageCode, command, completions, schemas, usage};
use crate::components::{self, Component, ComponentCode};
use crate::diagnostic::Diagnostic;
use crate::gitops;

pub(super) fn run(name: &str, matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    if let ("schema", Ok(Some(folder))) = (name, matches.try_get_one::<PathBuf>("all")) {
        return schemas::write_all(folder, matches.get_one::<String>("url").map(String::as_str), console);
    }
    let text = match name {
        "values" => component(matches)?.defaults_text().as_bytes().to_vec(),
        "schema" if names(matches, "cluster") => gitops::cluster_schema_text().into_bytes(),
        "schema" if names(matches, "chart") => gitops::chart_schema_text().into_bytes(),
        "schema" => components::schema_text(component(matches)?).into_bytes(),
        "completions" => completion_script(matches),
        _ => man(matches)?,
    };
    console.stdout.write_all(&text)?;
    console.stdout.flush()?;
    Ok(DONE)
}

/// Returns whether the argument is the name of a file of a fleet.
fn names(matches: &ArgMatches, file: &str) -> bool {
    matches.get_one::<String>("component").is_some_and(|name| name == file)
}

fn component(matches: &ArgMatches) -> Result<&'static dyn Component, Diagnostic> {
    let name = matches.get_one::<String>("component").map_or("", String::as_str);
    components::find(name)
        .ok_or_else(|| Diagnostic::error(ComponentCode::Unknown, format!("unknown component `{name}`")))
}

fn completion_script(matches: &ArgMatches) -> Vec<u8> {
    matches.get_one::<Shell>("shell").map_or_else(Vec::new, |shell| completions::script(*shell))
}

fn man(matches: &ArgMatches) -> Result<Vec<u8>, Error> {
    let mut root = command();
    root.build();
    let page = match matches.get_one::<String>("subcommand") {
        None => root,
        Some(name) => match root.find_subcommand(name) {
            Some(subcommand) => subcommand.clone().version(env!("CARGO_PKG_VERSION")),
            None => {
                let diagnostic = Diagnostic::error(UsageCode::UnknownCommand, format!("unknown command `{name}`"));
                return Err(diagnostic.help(usage::help_on_unknown_command(name)).into());
            }
        },
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    Ok(text)
}
