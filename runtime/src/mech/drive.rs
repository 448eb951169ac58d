//! The loops around a native kernel. Inlined into functions with the target features of `L`.

use crate::mech::args::{Cursor, KernelArgs, accumulate};
use crate::mech::pair::{Cursors, Pair};
use crate::simd::Wide;
use netdsl_lang::mech::abi::Kernel;

#[inline(always)]
pub(crate) fn state<K: Kernel, L: Wide>(args: &KernelArgs) {
    for row in 0..args.rows {
        let mut block = 0;
        if L::PAIRED {
            while block + 2 <= args.blocks {
                K::state::<Pair<L>, _>(&mut Cursors::new(args, row, block));
                block += 2;
            }
        }
        while block < args.blocks {
            K::state::<L, _>(&mut Cursor::new(args, row, block));
            block += 1;
        }
    }
}

#[inline(always)]
pub(crate) fn state_tabled<K: Kernel, L: Wide>(args: &KernelArgs) {
    for row in 0..args.rows {
        for block in 0..args.blocks {
            K::state_tabled::<L, _>(&mut Cursor::new(args, row, block));
        }
    }
}

#[inline(always)]
pub(crate) fn current<K: Kernel, L: Wide>(args: &KernelArgs) {
    for row in 0..args.rows {
        for block in 0..args.blocks {
            let mut cursor = Cursor::new(args, row, block);
            let currents = K::current::<L, _>(&mut cursor);
            accumulate(&cursor, &currents[..K::CURRENTS]);
        }
    }
}

#[inline(always)]
pub(crate) fn current_tabled<K: Kernel, L: Wide>(args: &KernelArgs) {
    for row in 0..args.rows {
        for block in 0..args.blocks {
            let mut cursor = Cursor::new(args, row, block);
            let currents = K::current_tabled::<L, _>(&mut cursor);
            accumulate(&cursor, &currents[..K::CURRENTS]);
        }
    }
}
