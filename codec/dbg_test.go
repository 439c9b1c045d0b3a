package codec
import ("testing";"os";"math";"fmt";"encoding/binary")
func TestDbg(t *testing.T){
 b,_:=os.ReadFile("/work/shared/data/viscous_run1_t060_64x64x64.f32")
 x:=make([]float32,len(b)/4); for i:=range x{x[i]=math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))}
 h:=&header{}; h.DType=1; h.Shape=[]int{64,64,64}; h.eps=0.111; h.keep=KeepExtrema
 c:=&chunkCodec{header:h,level:5}
 g:=newGrid(h.Shape)
 in:=newChunkInput(c,&g,x,b)
 e:=in.smallest()
 k,err:=newKeeper(in,&e,255); if err!=nil{t.Fatal(err)}
 if err:=k.settle(nil);err!=nil{t.Fatal(err)}
 ranks:=map[int]int{}
 k.reset()
 eq:=0
 for kind:=range 2{ for p,q:=range k.extrema.refuted[kind]{ l:=k.extrema.ranked(kind,int(p)); for i,v:=range l{ if v==q{ranks[i]++}}; if k.original[p]==k.original[q]{eq++} }}
 fmt.Println(len(k.extrema.refuted[0]),len(k.extrema.refuted[1]),eq,ranks,len(k.pins), len(k.block()))
}
