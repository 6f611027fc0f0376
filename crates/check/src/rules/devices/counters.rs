//! Counter sets that the devices of a pool share, and the counters that a device consumes.

use std::collections::BTreeMap;

use k8s_openapi::api::resource::v1::{Counter, CounterSet, DeviceCounterConsumption};

use super::super::common::duplicates;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_label;

const MAX_SETS: usize = 8;
const MAX_CONSUMED_SETS: usize = 2;
const MAX_COUNTERS: usize = 32;

/// The area of the rules below.
const AREA: &str = "resourceslice";

rules!(
    /// `sharedCounters` may have at most 8 counter sets, each with a unique DNS label as its name and 1 to 32
    /// counters.
    ///
    /// Example: `spec: {devices: null, sharedCounters: [{name: a, counters: {}}]}`
    ///
    /// Source: `validateCounterSet`, pkg/apis/resource/validation/validation.go
    pub(super) fn shared_counters(report: &mut Report<'_>, at: &Path<'_>, sets: &[CounterSet]) {
        if sets.len() > MAX_SETS {
            report.error(at, format_args!("must have at most {MAX_SETS} items, found {}", sets.len()));
        }
        let duplicates = duplicates(sets.iter().map(|set| &set.name));
        for (index, set) in sets.iter().enumerate() {
            let at = at.index(index);
            counter_set(report, &at, "name", &set.name, &set.counters);
            if duplicates[index] {
                report.duplicate(&at, format_args!("the counter set {:?}", set.name));
            }
        }
    },

    /// `consumesCounters` of a device may name at most 2 counter sets, each once and with 1 to 32 counters.
    ///
    /// Example: `spec: {devices: [{name: a, consumesCounters: [{counterSet: a, counters: {}}]}]}`
    ///
    /// Source: `validateDeviceCounterConsumption`, pkg/apis/resource/validation/validation.go
    pub(super) fn consumes_counters(report: &mut Report<'_>, at: &Path<'_>, sets: &[DeviceCounterConsumption]) {
        if sets.len() > MAX_CONSUMED_SETS {
            report.error(at, format_args!("must have at most {MAX_CONSUMED_SETS} items, found {}", sets.len()));
        }
        let duplicates = duplicates(sets.iter().map(|set| &set.counter_set));
        for (index, set) in sets.iter().enumerate() {
            let at = at.index(index);
            counter_set(report, &at, "counterSet", &set.counter_set, &set.counters);
            if duplicates[index] {
                report.duplicate(&at, format_args!("the counter set {:?}", set.counter_set));
            }
        }
    }
);

fn counter_set(report: &mut Report<'_>, at: &Path<'_>, field: &str, name: &str, counters: &BTreeMap<String, Counter>) {
    match name {
        "" => report.required(&at.field(field), "the name of the counter set"),
        name => report.require(&at.field(field), dns_label(name)),
    }
    let at = at.field("counters");
    match counters.len() {
        0 => report.required(&at, "at least one counter"),
        count if count > MAX_COUNTERS => {
            report.error(&at, format_args!("must have at most {MAX_COUNTERS} items, found {count}"));
        }
        _ => {}
    }
    for name in counters.keys() {
        report.require_in(&at, &at.key(name), dns_label(name));
    }
}
