//! `values`, `schema`, `completions` and `man`: what the program tells about itself.

use clap::ArgMatches;
use clap_complete::Shell;

use super::{DONE, Error, Streams, UsageCode, command};
use crate::components::{self, Component, ComponentCode};
use crate::diagnostic::{Diagnostic, did_you_mean, nearest};
use crate::gitops;

pub(super) fn run(name: &str, matches: &ArgMatches, streams: &mut Streams<'_>) -> Result<u8, Error> {
    let text = match name {
        "values" => component(matches)?.defaults_text().as_bytes().to_vec(),
        "schema" if is_cluster(matches) => gitops::cluster_schema_text().into_bytes(),
        "schema" => components::schema_text(component(matches)?).into_bytes(),
        "completions" => completions(matches),
        _ => man(matches)?,
    };
    streams.stdout.write_all(&text)?;
    streams.stdout.flush()?;
    Ok(DONE)
}

fn is_cluster(matches: &ArgMatches) -> bool {
    matches.get_one::<String>("component").is_some_and(|name| name == "cluster")
}

fn component(matches: &ArgMatches) -> Result<&'static dyn Component, Diagnostic> {
    let name = matches.get_one::<String>("component").map_or("", String::as_str);
    components::find(name).ok_or_else(|| Diagnostic::error(ComponentCode::Unknown, format!("no component `{name}`")))
}

fn completions(matches: &ArgMatches) -> Vec<u8> {
    let mut text = Vec::new();
    if let Some(shell) = matches.get_one::<Shell>("shell") {
        clap_complete::generate(*shell, &mut command(), "mkmanifests", &mut text);
    }
    text
}

fn man(matches: &ArgMatches) -> Result<Vec<u8>, Error> {
    let mut root = command();
    root.build();
    let page = match matches.get_one::<String>("subcommand") {
        None => root,
        Some(name) => match root.find_subcommand(name) {
            Some(subcommand) => subcommand.clone().version(env!("CARGO_PKG_VERSION")),
            None => {
                let diagnostic = Diagnostic::error(UsageCode::UnknownCommand, format!("no subcommand `{name}`"));
                let names: Vec<&str> = root.get_subcommands().map(clap::Command::get_name).collect();
                let help = match nearest(name, names.iter().copied()) {
                    Some(near) => did_you_mean(near),
                    None => format!("subcommands: {}", names.join(", ")),
                };
                return Err(diagnostic.help(help).into());
            }
        },
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    Ok(text)
}
