//! What functions of C and NEURON are, by name.

/// Functions of numbers that NMODL has too.
pub(super) const SAME: [&str; 23] = [
    "exp", "expm1", "log", "log10", "sqrt", "fabs", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "floor", "ceil", "pow", "fmod", "fmin", "fmax", "atan2", "nrn_ghk",
];

/// Functions whose values have no fraction.
pub(super) const WHOLE: [&str; 2] = ["floor", "ceil"];

/// Functions that print, or write files.
pub(super) const OUTPUT: [&str; 20] = [
    "printf",
    "fprintf",
    "sprintf",
    "snprintf",
    "vprintf",
    "puts",
    "fputs",
    "putchar",
    "fflush",
    "fopen",
    "fclose",
    "fwrite",
    "hoc_warning",
    "fputc",
    "perror",
    "strcpy",
    "strcat",
    "Printf",
    "nrnpy_pr",
    "debug_printf",
];

/// Functions that only keep hoc's or CoreNEURON's memory in order.
pub(super) const SILENT: [&str; 10] = [
    "nrnran123_deletestream",
    "hoc_obj_ref",
    "hoc_obj_unref",
    "nrn_prcellgid",
    "hoc_malchk",
    "fesetround",
    "nrn_random123_setseq",
    "nrn_check",
    "nrn_lock",
    "assert",
];

/// Functions that end the run.
pub(super) const STOPS: [&str; 5] = [
    "hoc_execerror",
    "hoc_execerr_ext",
    "exit",
    "abort",
    "abort_run",
];

/// Functions that read the arguments of a call from hoc.
pub(super) const ARGUMENTS: [&str; 16] = [
    "ifarg",
    "getarg",
    "hoc_getarg",
    "hoc_pgetarg",
    "gargstr",
    "hoc_gargstr",
    "hoc_objgetarg",
    "hoc_is_double_arg",
    "hoc_is_object_arg",
    "hoc_is_str_arg",
    "vector_arg",
    "vector_arg_px",
    "vector_instance_px",
    "chkarg",
    "nrn_random_arg",
    "hoc_is_pdouble_arg",
];
