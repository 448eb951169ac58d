//! The loops around a native kernel. Inlined into functions with the target features of `L`.
//!
//! A block of lanes runs through all rows, which lie one behind the other in memory.

use crate::mech::args::{Cursor, Lists, accumulate};
use crate::mech::pair::{Cursors, Pair};
use crate::simd::Wide;
use netdsl_lang::mech::abi::Kernel;

#[inline(always)]
pub(crate) fn state<K: Kernel, L: Wide>(lists: &Lists<'_>) {
    let (rows, blocks) = (lists.args.rows, lists.args.blocks);
    let mut block = 0;
    if L::PAIRED {
        while block + 2 <= blocks {
            for row in 0..rows {
                K::state::<Pair<L>, _>(&mut Cursors::new(lists, row, block));
            }
            block += 2;
        }
    }
    while block < blocks {
        for row in 0..rows {
            K::state::<L, _>(&mut Cursor::new(lists, row, block));
        }
        block += 1;
    }
}

#[inline(always)]
pub(crate) fn state_tabled<K: Kernel, L: Wide>(lists: &Lists<'_>) {
    for block in 0..lists.args.blocks {
        for row in 0..lists.args.rows {
            K::state_tabled::<L, _>(&mut Cursor::new(lists, row, block));
        }
    }
}

#[inline(always)]
pub(crate) fn current<K: Kernel, L: Wide>(lists: &Lists<'_>) {
    for block in 0..lists.args.blocks {
        for row in 0..lists.args.rows {
            let mut cursor = Cursor::new(lists, row, block);
            let currents = K::current::<L, _>(&mut cursor);
            accumulate(&cursor, K::SINKS.iter().copied(), &currents);
        }
    }
}

#[inline(always)]
pub(crate) fn current_tabled<K: Kernel, L: Wide>(lists: &Lists<'_>) {
    for block in 0..lists.args.blocks {
        for row in 0..lists.args.rows {
            let mut cursor = Cursor::new(lists, row, block);
            let currents = K::current_tabled::<L, _>(&mut cursor);
            accumulate(&cursor, K::SINKS.iter().copied(), &currents);
        }
    }
}
