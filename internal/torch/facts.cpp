// What can be learned of the machine without the headers of CUDA: from the dynamic loader, and from the driver's own
// library, which libtorch has loaded where it computes on CUDA.
#include "native.h"

#include <ATen/Version.h>
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

#include <string>

namespace {

// The notes of a program segment hold the build id under the name GNU.
std::string build_id(const char *notes, size_t size) {
  while (size >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    memcpy(&note, notes, sizeof note);
    size_t name = (note.n_namesz + 3) & ~size_t{3}, text = (note.n_descsz + 3) & ~size_t{3};
    size_t whole = sizeof note + name + text;
    if (whole > size) break;
    const char *named = notes + sizeof note;
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(named, "GNU", 4) == 0) {
      std::string digits;
      for (size_t i = 0; i < note.n_descsz; i++) {
        char two[3];
        snprintf(two, sizeof two, "%02x", static_cast<unsigned char>(named[name + i]));
        digits += two;
      }
      return digits;
    }
    notes += whole;
    size -= whole;
  }
  return "";
}

// Takes the build id of the library that holds libtorch's CPU kernels into data, a string.
int look(struct dl_phdr_info *library, size_t, void *data) {
  if (strstr(library->dlpi_name, "/libtorch_cpu.so") == nullptr) return 0;
  auto &found = *static_cast<std::string *>(data);
  for (int i = 0; i < library->dlpi_phnum && found.empty(); i++) {
    auto &segment = library->dlpi_phdr[i];
    if (segment.p_type == PT_NOTE) {
      found = build_id(reinterpret_cast<const char *>(library->dlpi_addr + segment.p_vaddr), segment.p_memsz);
    }
  }
  return 1;
}

template <typename F>
F driver(const char *name) {
  static void *library = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
  return library ? reinterpret_cast<F>(dlsym(library, name)) : nullptr;
}

}  // namespace

extern "C" {

char *experiment_build_id(void) {
  std::string found;
  dl_iterate_phdr(look, &found);
  return found.empty() ? nullptr : strdup(found.c_str());
}

char *experiment_config(void) { return strdup(at::show_config().c_str()); }

char *experiment_cuda_name(int number) {
  auto get = driver<int (*)(int *, int)>("cuDeviceGet");
  auto name = driver<int (*)(char *, int, int)>("cuDeviceGetName");
  int device;
  char text[256] = "";
  if (get == nullptr || name == nullptr || get(&device, number) != 0 || name(text, sizeof text, device) != 0) return nullptr;
  return strdup(text);
}

int64_t experiment_cuda_memory(void) {
  auto info = driver<int (*)(size_t *, size_t *)>("cuMemGetInfo_v2");
  size_t unused, all;
  return info != nullptr && info(&unused, &all) == 0 ? static_cast<int64_t>(all - unused) : 0;
}

}  // extern "C"
