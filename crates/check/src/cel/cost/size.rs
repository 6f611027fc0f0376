//! Minimum and maximum sizes.

/// The fewest and the most characters, bytes, items or entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) least: u64,
    pub(super) most: u64,
}

/// How large the keys and values of a list or map can be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) is_list: bool,
    pub(super) key: Size,
    pub(super) value: Size,
}

impl Size {
    pub(super) const UNKNOWN: Size = Size { least: 0, most: u64::MAX };

    pub(super) fn fixed(size: u64) -> Size {
        Size { least: size, most: size }
    }

    pub(super) fn plus(self, other: Size) -> Size {
        Size { least: self.least.saturating_add(other.least), most: self.most.saturating_add(other.most) }
    }

    pub(super) fn times(self, other: Size) -> Size {
        Size { least: self.least.saturating_mul(other.least), most: self.most.saturating_mul(other.most) }
    }

    pub(super) fn union(self, other: Option<Size>) -> Size {
        other.map_or(self, |other| Size { least: self.least.min(other.least), most: self.most.max(other.most) })
    }

    /// Returns the cost of traversing a text of this size so many times.
    pub(super) fn traversed(self, times: u32) -> u64 {
        scaled(self.most, 0.1 * f64::from(times))
    }
}

impl Entry {
    pub(super) fn union(one: Option<Entry>, other: Option<Entry>) -> Option<Entry> {
        let (one, other) = (one?, other?);
        let (key, value) = (one.key.union(Some(other.key)), one.value.union(Some(other.value)));
        Some(Entry { is_list: one.is_list, key, value })
    }
}

/// Multiplies a size by a factor and rounds up.
pub(super) fn scaled(size: u64, factor: f64) -> u64 {
    // A number that is too large becomes the largest one.
    (size as f64 * factor).ceil() as u64
}

pub(super) fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

pub(super) fn sum<const N: usize>(costs: [u64; N]) -> u64 {
    costs.into_iter().fold(0, u64::saturating_add)
}
