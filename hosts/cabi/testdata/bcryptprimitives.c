// The one function of Windows's bcryptprimitives.dll that Go's run time asks for. Wine 8, which Debian 12 has, lacks that
// library, so that the test gives it this one; on Windows it is not needed.
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length); // RtlGenRandom, of advapi32

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) { return SystemFunction036(data, (ULONG)size); }
