//! `mkmanifests template DIR`.

use std::path::Path;

use clap::ArgMatches;

use super::args::RenderArgs;
use super::{Error, Streams, args, output};
use crate::release::Release;
use crate::template::{self, Folder};

/// Helm's default namespace, and kubectl's.
const NAMESPACE: &str = "default";

pub(super) fn run(matches: &ArgMatches, streams: &mut Streams<'_>) -> Result<u8, Error> {
    let args: RenderArgs = args::read(matches)?;
    let kube_version = output::check_flags(&args)?;
    let dir = matches.get_one::<String>("dir").map_or("", String::as_str);
    let folder = Folder::read(Path::new(dir))?;
    let defaults = folder.defaults()?;
    let mut values = args.layers(matches, &defaults, streams).merge()?;
    let name = matches.get_one::<String>("release").or(args.cluster.as_ref()).unwrap_or(&folder.name);
    let release = Release {
        name: name.clone(),
        namespace: args.namespace.clone().unwrap_or_else(|| NAMESPACE.to_owned()),
        cluster: args.cluster.clone().unwrap_or_default(),
        kube_version,
        is_upgrade: false,
    };
    let patches = args::patches(&args.patch, &mut values.sources, streams)?;
    let rendered = template::render(&folder, &values, &release, &patches)?;
    output::print(rendered, &args, matches.get_flag("quiet"), streams)
}
