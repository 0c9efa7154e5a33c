package setup

import (
	"reflect"
	"testing"
)

func TestParseDiagnostics(t *testing.T) {
	for _, test := range []struct {
		name, printed string
		want          []diagnostic
	}{
		{"nothing", "", nil},
		{"a warning is no error", "a.cpp:3:5: warning: unused variable 'error: '\n", nil},
		{
			"an error in a function, with a note",
			`In file included from torch_api.cpp:1:
torch_api_generated.cpp.h: In function ‘void atg__cslt_compress(at::Tensor**, tensor)’:
torch_api_generated.cpp.h:626:29: error: ‘_cslt_compress’ is not a member of ‘torch’
  626 |     auto outputs__ = torch::_cslt_compress(*input);
      |                             ^~~~~~~~~~~~~~
torch_api.h:20:5: note: in definition of macro ‘PROTECT’
`,
			[]diagnostic{{
				Text:  "torch_api_generated.cpp.h:626:29: error: ‘_cslt_compress’ is not a member of ‘torch’",
				Sites: []position{{"torch_api_generated.cpp.h", 626}},
			}},
		},
		{
			"errors in a template belong to what instantiated it, until another context begins",
			`/usr/include/c++/12/tuple: In instantiation of ‘struct std::tuple_element<5, std::tuple<int> >’:
/usr/include/c++/12/bits/utility.h:84:11:   required by substitution of ‘template<...>’
torch_api_generated.cpp.h:1458:3:   required from here
/usr/include/c++/12/tuple:1357:25: error: static assertion failed: tuple index must be in range
/usr/include/c++/12/tuple:1359:13: error: no type named ‘type’
torch_api_generated.cpp.h: In function ‘void atg_b()’:
./torch_api_generated.cpp.h:9:1: error: expected ‘;’
`,
			[]diagnostic{
				{
					Text: "/usr/include/c++/12/tuple:1357:25: error: static assertion failed: tuple index must be in range",
					Sites: []position{
						{"/usr/include/c++/12/tuple", 1357}, {"/usr/include/c++/12/bits/utility.h", 84}, {"torch_api_generated.cpp.h", 1458},
					},
				},
				{
					Text: "/usr/include/c++/12/tuple:1359:13: error: no type named ‘type’",
					Sites: []position{
						{"/usr/include/c++/12/tuple", 1359}, {"/usr/include/c++/12/bits/utility.h", 84}, {"torch_api_generated.cpp.h", 1458},
					},
				},
				{
					Text:  "./torch_api_generated.cpp.h:9:1: error: expected ‘;’",
					Sites: []position{{"torch_api_generated.cpp.h", 9}},
				},
			},
		},
		{
			"clang names the instantiation afterwards",
			`/usr/include/tuple:7:3: error: no member
api.cpp:12:5: note: in instantiation of function template specialization 'get<5>' requested here
`,
			[]diagnostic{{
				Text:  "/usr/include/tuple:7:3: error: no member",
				Sites: []position{{"/usr/include/tuple", 7}, {"api.cpp", 12}},
			}},
		},
		{
			"a fatal error",
			"torch_api.h:8:10: fatal error: torch/torch.h: No such file or directory\ncompilation terminated.\n",
			[]diagnostic{{
				Text:  "torch_api.h:8:10: fatal error: torch/torch.h: No such file or directory",
				Sites: []position{{"torch_api.h", 8}},
			}},
		},
	} {
		if got := parseDiagnostics(test.printed); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", test.name, got, test.want)
		}
	}
}
