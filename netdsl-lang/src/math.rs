//! Elementary functions over [`Lane`](crate::lane::Lane), the same bits for every instruction set.
