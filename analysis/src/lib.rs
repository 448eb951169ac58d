//! Statistics and figures of netdsl runs.
