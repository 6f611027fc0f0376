//! The syntax of single values: names, labels, quantities, images, ports. Each function validates one kind of value,
//! and its error says what a valid value looks like.

mod cidr;
mod cron;
mod domain;
mod duration;
mod image;
mod key;
mod label;
mod name;
mod network;
mod quantity;
mod version;

pub(crate) use cidr::any_cidr;
pub use cidr::{canonical_cidr, canonical_ip, cidr, reachable};
pub use cron::{cron_schedule, time_zone};
pub use domain::{domain_of, domain_path, full_domain, wildcard_subdomain};
pub(crate) use duration::go_duration;
pub use image::image;
pub use key::config_key;
pub(crate) use label::prefixed_name;
pub use label::{annotation_key, label_key, label_value, qualified_name};
pub use name::{dns_1035_label, dns_label, dns_subdomain, env_name, path_segment, service_name, signer_name};
pub use network::{header_name, ip, port_name};
pub use quantity::{Quantity, quantity};
pub use version::semantic_version;

/// Validates a port number.
///
/// # Errors
///
/// Returns a message if `port` is not between 1 and 65535.
pub fn port(port: i64) -> Result<(), String> {
    if (1..=65535).contains(&port) { Ok(()) } else { Err(format!("must be a port between 1 and 65535, found {port}")) }
}
