#pragma once
// Nothing is imported from here: the linker takes the definitions for the static libraries of a program.
